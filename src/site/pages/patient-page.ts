import { type Day, yearsBetween } from '../../base/zone.ts'
import type { Appointment, Chart } from '../../chart/chart.ts'
import { maskedDoubts } from '../../chart/doubt-words.ts'
import { displayName, personName } from '../../chart/name.ts'
import { displayPhone } from '../../chart/phone.ts'
import { RESTRICTION_WORDS } from '../../chart/restricted.ts'
import { HELD_BACK_WORDS, placeMissing, providerNameOf, statusWords } from '../../chart/schedule.ts'
import { sectionWords } from '../../chart/section-words.ts'
import { button, errorSummary, field, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note } from '../../look/status.ts'
import { facts } from '../../look/table.ts'
import { clinicTime } from '../../look/when.ts'
import { type Age, ageStatus } from './age.ts'
import { clinicalSections, sectionOf } from './clinical.ts'
import { doubtsAtTop, type ListRules } from './doubts.ts'
import { framed, type Surroundings } from './frame.ts'
import { reasonChoices } from './sign-in-page.ts'

export type PatientValues = {
  chart: Chart
  age: Age
  today: Day
  /** This patient's visits at this site within the pack's days. */
  visits: readonly Appointment[]
  /** A masked chart: who may open it, and what was wrong with the reason. */
  masked: { mayOpen: boolean; because: string; csrf: string; wrong: string | undefined } | undefined
}

const SEX = { female: 'Female', male: 'Male', other: 'Other', unknown: 'Sex not received' } as const

/** Key data of one patient: what must not be missed in the head, then the lists in the physicians' order. */
export function patientPage(around: Surroundings, values: PatientValues): Html {
  const { chart, masked } = values
  const { patient } = chart
  const zone = around.settings.zone
  const name = displayName(patient)
  const tabs = html`<nav aria-label="Pages of this patient" class="tabs no-print"><a href="/patient/${encodeURIComponent(patient.id)}" aria-current="page">Key data</a>${
    around.guest?.may('see-front-desk-sheet') === true
      ? html`<a href="/patient/${encodeURIComponent(patient.id)}/front-desk">Front desk</a>`
      : nothing
  }${around.guest?.may('print') === true && masked === undefined ? html`<a href="/patient/${encodeURIComponent(patient.id)}/sheet">Print this patient</a>` : nothing}</nav>`
  const rules = listRules(around)
  const body = html`<div class="stack-wide">${patientHead(chart, values.age, values.today)}${doubtsOf(values, rules)}${tabs}${
    masked === undefined
      ? html`${warnings(chart)}${clinicalSections(chart, rules)}${contact(chart)}${visits(values.visits, zone)}`
      : maskedPart(chart, masked)
  }</div>`
  return framed(around, { title: name, age: values.age, body })
}

export function listRules({ settings, moment, clock }: Surroundings): ListRules {
  return { moment, clock, limits: settings.limits.keyData }
}

/** Of a masked chart only that it may be another patient's. */
function doubtsOf({ chart, masked }: Pick<PatientValues, 'chart' | 'masked'>, rules: ListRules): Html {
  return masked === undefined
    ? doubtsAtTop(chart, rules)
    : doubtsAtTop({ ...chart, doubts: maskedDoubts(chart) }, rules, true)
}

/** Two identifiers, large, before anything else. */
function patientHead({ patient }: Chart, age: Age, today: Day): Html {
  const born =
    patient.birthDate === undefined
      ? html`<span class="missing">Date of birth not received</span>`
      : html`<span>Born <strong>${patient.birthDate}</strong>${patient.birthDate.length === 10 ? ` (${yearsBetween(patient.birthDate, today)} y)` : ''}</span>`
  return html`<header class="patient-head"><h1 class="name">${displayName(patient)}</h1><p class="two-ids">${born}<span>MRN <strong class="mono">${patient.mrn}</strong></span><span>${SEX[patient.sex]}</span></p>${
    patient.formerNames.length === 0
      ? nothing
      : html`<p class="small">Formerly ${patient.formerNames.map(personName).join('; ')}</p>`
  }<p class="small">${ageStatus(age)} <strong>${age.what}</strong> ${age.words}</p></header>`
}

/** What must not be missed: alerts, code status, interpreter. */
export function warnings(chart: Chart): Html {
  const { patient, alerts } = chart
  const words = [
    ...(patient.deceased === true ? ['Deceased'] : []),
    ...(patient.codeStatus === undefined ? [] : [`Code status: ${patient.codeStatus}`]),
    ...(patient.interpreterNeeded === true
      ? [`Interpreter needed: ${patient.language ?? 'language not received'}`]
      : []),
    ...(alerts.status === 'listed' ? alerts.entries.map(({ text }) => text) : []),
  ]
  const missing = alerts.status === 'none-known' ? undefined : sectionWords('alerts', alerts)
  if (words.length === 0 && missing === undefined) return nothing
  return html`<div class="alert-flags" role="note" aria-label="Alerts">${words.map((word) => html`<span class="tag act">${word}</span>`)}${
    missing === undefined ? nothing : html`<span class="missing small">Alerts: ${missing}</span>`
  }</div>`
}

function contact({ patient }: Chart): Html {
  const { address, emergencyContact, pharmacy } = patient
  const none = html`<span class="missing">not received</span>`
  return html`<section class="plain"><h2>Contact</h2>${facts([
    ['Phone', phonesOf(patient)],
    [
      'Address',
      address === undefined ? none : `${address.line}, ${address.city}, ${address.state} ${address.postalCode}`,
    ],
    ['Language', patient.language ?? none],
    [
      'Emergency contact',
      emergencyContact === undefined
        ? none
        : [emergencyContact.name, emergencyContact.relation, emergencyContact.phone]
            .filter((part) => part !== undefined)
            .join(', '),
    ],
    ['Primary care', patient.primaryCare ?? none],
    [
      'Pharmacy',
      pharmacy === undefined
        ? none
        : [pharmacy.name, pharmacy.phone, pharmacy.fax === undefined ? undefined : `fax ${pharmacy.fax}`]
            .filter((part) => part !== undefined)
            .join(', '),
    ],
  ])}</section>`
}

export function phonesOf(patient: Chart['patient']): Html {
  return patient.phones.length === 0
    ? html`<span class="missing">not received</span>`
    : html`${patient.phones.map(({ use, number }) => `${displayPhone(number)} (${use})`).join(', ')}`
}

export function visits(appointments: readonly Appointment[], zone: string): Html {
  if (appointments.length === 0)
    return html`<section class="plain"><h2>Visits</h2><p>None at this site in the days that the pack holds.</p></section>`
  return html`<section class="plain"><h2>Visits</h2><ul class="entries">${appointments.map(
    (visit) =>
      html`<li><strong>${new Date(visit.start).toLocaleDateString('en-US', { timeZone: zone, weekday: 'short', month: 'short', day: 'numeric' })}, ${clinicTime(visit.start, zone)}</strong> ${providerNameOf(visit)} · ${[visit.type, visit.reason, placeMissing(visit)].filter((part) => part !== undefined && part !== '').join(' · ')} ${visitTags(visit)}</li>`,
  )}</ul></section>`
}

/** How a visit stands, and whether the EHR still lists it. */
export function visitTags(visit: Appointment): Html {
  return html`<span class="tag${visit.status === 'unknown' ? ' watch' : ''}">${statusWords(visit)}</span>${
    visit.heldBack === true ? html` <span class="tag watch">${HELD_BACK_WORDS}</span>` : nothing
  }`
}

function maskedPart(chart: Chart, masked: NonNullable<PatientValues['masked']>): Html {
  const why = chart.restriction === 'none' ? '' : RESTRICTION_WORDS[chart.restriction]
  return html`<div class="narrow stack-wide">${note('watch', 'This chart is restricted', `${why} Nothing of it is shown without a reason.`)}${
    masked.mayOpen
      ? html`${errorSummary(masked.wrong === undefined ? [] : [{ field: 'words', because: masked.wrong }])}<p>Opening it is recorded with your name and read afterwards by somebody else.</p>${form(
          `/patient/${encodeURIComponent(chart.patient.id)}/open`,
          masked.csrf,
          html`${reasonChoices()}${field({ name: 'words', label: 'In a few words', hint: 'Not needed in an emergency', autocomplete: 'off' })}<p>${button('Break the glass and open it', { look: 'danger' })}</p>`,
        )}`
      : html`<p>${masked.because}</p>`
  }</div>`
}

/** Coverage and balance, for the front desk: its own page with its own right, and nothing clinical on it. */
export function frontDeskPage(
  around: Surroundings,
  values: Omit<PatientValues, 'masked'> & { restricted: boolean },
): Html {
  const { chart, restricted } = values
  const { patient } = chart
  const zone = around.settings.zone
  const balance =
    patient.balanceDueCents === undefined
      ? html`<span class="missing">not received</span>`
      : (patient.balanceDueCents / 100).toLocaleString('en-US', { style: 'currency', currency: 'USD' })
  const rules = listRules(around)
  const body = html`<div class="stack-wide">${patientHead(chart, values.age, values.today)}${doubtsAtTop(frontDeskDoubts(chart, restricted), rules, true)}<nav aria-label="Pages of this patient" class="tabs no-print">${
    around.guest?.may('see-chart') === true
      ? html`<a href="/patient/${encodeURIComponent(patient.id)}">Key data</a>`
      : nothing
  }<a href="/patient/${encodeURIComponent(patient.id)}/front-desk" aria-current="page">Front desk</a></nav>${
    restricted
      ? note(
          'watch',
          'This chart is restricted',
          'Only who the patient is stands here. A clinician may open it with a reason.',
        )
      : nothing
  }<div class="clinical">${sectionOf(
    { chart, rules },
    'coverage',
    chart.coverage,
    (entries) =>
      html`${entries.map(
        (one) =>
          html`<h3>${one.payer} <span class="tag">${one.rank}</span></h3>${facts([
            ['Member', html`<span class="mono">${one.memberId}</span>`],
            ['Group', one.group ?? 'not received'],
            ['Copay', one.copay ?? 'not received'],
            ['Authorization', one.authorization ?? 'none received'],
            [
              'Referral',
              one.referralNeeded === undefined ? 'not received' : one.referralNeeded ? 'needed' : 'not needed',
            ],
            ['Eligibility checked', one.eligibilityCheckedOn ?? 'not received'],
          ])}`,
      )}`,
  )}<section><h2>Balance due</h2><p>${balance}</p></section></div>${contact(chart)}${visits(values.visits, zone)}</div>`
  return framed(around, { title: `${displayName(patient)}, front desk`, age: values.age, body })
}

/** Who the patient is, and coverage; no word of a clinical list. */
function frontDeskDoubts(chart: Chart, restricted: boolean): Chart {
  const shown = (chart.doubts ?? []).filter(({ section }) => section === undefined || section === 'coverage')
  return { ...chart, doubts: restricted ? maskedDoubts(chart) : shown }
}
