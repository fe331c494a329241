import { button, errorSummary, field, form } from '../../look/form.ts'
import { type Html, html } from '../../look/html.ts'
import { page } from '../../look/page.ts'
import { note } from '../../look/status.ts'
import { framed, type Surroundings } from './frame.ts'

/** Before enrolment there is nothing to read and no amber frame: the machine only asks for its code. */
export function enrolPage(values: { csrf: string; hubUrl: string; code: string; wrong: string | undefined }): Html {
  return page({
    title: 'Set up this site',
    headline: 'This machine becomes the lockbox of one clinic.',
    centred: true,
    body: html`${errorSummary(values.wrong === undefined ? [] : [{ field: 'code', because: values.wrong }])}<ol><li>At the hub, open <strong>Sites</strong>, choose this clinic and <strong>Make a code</strong>.</li><li>Type the hub’s address and the code here, within 15 minutes.</li><li>The first pack comes by itself; people then sign in with their own password.</li></ol>${form(
      '/enrol',
      values.csrf,
      html`${field({ name: 'hub', label: 'Address of the hub', value: values.hubUrl, hint: 'As the hub’s page shows it, such as https://hub.lan:4643', required: true, autofocus: true })}${field({ name: 'code', label: 'Code', value: values.code, hint: 'Twelve letters and digits, such as 7K2P-9QX4-M0TB', code: 'capitals', autocomplete: 'off', required: true })}<p>${button('Join the practice')}</p>`,
    )}<p class="soft small">The code proves each side to the other; the keys that are made now never leave this machine.</p>`,
  })
}

export function revokedPage(siteName: string): Html {
  return page({
    title: 'This lockbox was revoked',
    headline: `The hub took ${siteName} back, and what is on this machine cannot be opened any more.`,
    centred: true,
    body: html`<p>Printed sheets go on working. If this is a mistake, have a new code made at the hub; the packs come back by themselves.</p><p><a class="button" href="/enrol">Enrol again with a new code</a></p>`,
  })
}

/** A page that cannot be shown: why, what still works, and the way on. */
export function refusalPage(
  around: Surroundings,
  values: { title: string; because: string; remedy: Html | string },
): Html {
  return framed(around, {
    title: values.title,
    live: false,
    body: html`<div class="narrow stack-wide"><h1>${values.title}</h1>${note('watch', values.because, values.remedy)}</div>`,
  })
}

export function helpPage(around: Surroundings): Html {
  const body = html`<div class="narrow stack-wide"><h1>Help</h1>
<h2>What this is</h2><p>A copy of the schedule and of every patient’s key data, kept on this machine for when the EHR cannot be reached. It is <strong>read only</strong>: whatever you do, write it on paper, and it is entered when the EHR is back.</p>
<h2>How old is it?</h2><p>The amber bar says when the source was read: “as of 6:05 AM (47 min old)”. Red means older than the practice allows: ask the patient before you rely on it. A list that says “No … data received” is not empty, it is missing. A list with its own “as of” is older than the rest.</p>
<h2>Red and amber lines on a chart</h2><p>They say what is missing, could not be read, or may be another patient’s. Each says what to do. They are shown under the name and again in the list. On the schedule, <strong>Verify identity</strong> and <strong>Verify allergies</strong> mark these patients.</p>
<h2>The patient is not found</h2><p>Try the date of birth or the phone number alone, or a former name. If nobody fits, register on the walk-in form with a downtime number.</p>
<h2>Keys</h2><dl class="facts"><dt><kbd>/</kbd></dt><dd>Find a patient</dd><dt><kbd>Tab</kbd> <kbd>Enter</kbd></dt><dd>Move and open</dd><dt><kbd>?</kbd></dt><dd>This page</dd><dt><kbd>Ctrl</kbd> <kbd>P</kbd></dt><dd>Print what is shown</dd></dl>
<h2>Leave</h2><p>Choose <strong>Lock and leave</strong> at the top. After a while without anybody here it locks by itself.</p>
<h2>Everything is recorded</h2><p>Each sign-in, search, view and print is written down with your name and handed to the hub when it is reachable.</p></div>`
  return framed(around, { title: 'Help', at: '/help', body, live: false })
}
