import type { Person, Role, RoleGrant } from '../../access/access.ts'
import { ROLES } from '../../access/access.ts'
import { button, errorSummary, field, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { status } from '../../look/status.ts'
import { facts, table } from '../../look/table.ts'
import type { Wrong } from './site-forms.ts'
import { listInWords, mono } from './words.ts'

export type SiteName = { id: string; name: string }

export const ROLE_WORDS: { [Word in Role]: readonly [name: string, may: string] } = {
  owner: ['Owner', 'everything here, and lets others in'],
  it: ['IT', 'sites, sources, packs and settings; no patient data'],
  clinician: ['Clinician', 'schedules and charts at the sites'],
  'front-desk': ['Front desk', 'schedules and front-desk sheets at the sites'],
  billing: ['Billing', 'schedules and front-desk sheets'],
  auditor: ['Auditor', 'reads the audit trail and how everything stands'],
}

export function grantWords(grants: readonly RoleGrant[], sites: readonly SiteName[]): string {
  if (grants.length === 0) return 'no role'
  const nameOf = (id: string): string => sites.find((site) => site.id === id)?.name ?? id
  return grants
    .map(
      ({ role, sites: where }) =>
        `${ROLE_WORDS[role][0]} ${where === 'all' ? 'at all sites' : `at ${listInWords(where.map(nameOf))}`}`,
    )
    .join('; ')
}

const STATUS_WORDS = {
  active: status('fine', 'active'),
  invited: status('unknown', 'invited'),
  suspended: status('watch', 'suspended'),
} as const

export function peoplePage(values: {
  people: readonly Person[]
  sites: readonly SiteName[]
  because: string | undefined
}): Html {
  return html`${table<Person>({
    caption: 'People',
    hideCaption: true,
    rows: values.people,
    href: (person) => `/people/${person.id}`,
    columns: [
      { heading: 'Name', cell: (person) => person.name },
      { heading: 'Sign-in name', cell: (person) => mono(person.login) },
      { heading: 'Status', cell: (person) => STATUS_WORDS[person.status] },
      { heading: 'May', cell: (person) => grantWords(person.grants, values.sites) },
      { heading: 'Authenticator', cell: (person) => (person.totp ? 'in use' : html`<span class="soft">none</span>`) },
    ],
    empty: { heading: 'Nobody', body: 'Invite someone.' },
  })}<p>${values.because === undefined ? html`<a class="button quiet" href="/people/new">Invite someone</a>` : html`<span class="soft small">To invite someone: ${values.because}</span>`}</p>`
}

export type PersonFields = { name: string; login: string; email: string; grants: readonly RoleGrant[] }

export function invitePage(values: {
  fields: PersonFields
  sites: readonly SiteName[]
  csrf: string
  wrong: Wrong
}): Html {
  const { fields, csrf, wrong } = values
  return html`${errorSummary(wrong)}${form(
    '/people/new',
    csrf,
    html`${field({ name: 'name', label: 'Name', value: fields.name, required: true })}${field({ name: 'login', label: 'Sign-in name', hint: 'Short, without spaces; the same at every site.', value: fields.login, code: true, required: true })}${field({ name: 'email', label: 'E-mail (may stay empty)', value: fields.email, kind: 'email' })}${roleChoices(fields.grants, values.sites)}${button('Make the invitation')}`,
    'stack wide',
  )}`
}

/** Roles down, places across: a tick at each place where the role holds. */
function roleChoices(grants: readonly RoleGrant[], sites: readonly SiteName[]): Html {
  const cell = (role: Role, value: string, place: string, chosen: boolean): Html =>
    html`<td><label class="tick"><input type="checkbox" name="role-${role}" value="${value}" aria-label="${ROLE_WORDS[role][0]} at ${place}"${chosen ? html` checked` : nothing}><span>${place}</span></label></td>`
  return html`<div class="table-wrap"><table class="matrix fold"><caption class="visually-hidden">Roles by site</caption><thead><tr><th scope="col">Role</th><th scope="col">All sites</th>${sites.map((site) => html`<th scope="col">${site.name}</th>`)}</tr></thead><tbody>${ROLES.map(
    (role) => {
      const grant = grants.find((one) => one.role === role)
      const [name, may] = ROLE_WORDS[role]
      const at = (siteId: string): boolean =>
        grant !== undefined && grant.sites !== 'all' && grant.sites.includes(siteId)
      return html`<tr><th scope="row">${name}<span class="small soft">${may}</span></th>${cell(role, 'all', 'All sites', grant?.sites === 'all')}${sites.map(
        (site) => (role === 'owner' ? html`<td></td>` : cell(role, site.id, site.name, at(site.id))),
      )}</tr>`
    },
  )}</tbody></table></div>`
}

/** Reads the choices back; 'all' wins over single sites. */
export function grantsFrom(all: (name: string) => string[], sites: readonly SiteName[]): RoleGrant[] {
  return ROLES.flatMap((role): RoleGrant[] => {
    const chosen = all(`role-${role}`)
    if (chosen.includes('all')) return [{ role, sites: 'all' }]
    const known = sites.map((site) => site.id).filter((id) => chosen.includes(id))
    return known.length === 0 || role === 'owner' ? [] : [{ role, sites: known }]
  })
}

/** The link is shown once; it goes to the person by whatever way the practice trusts. */
export function linkPage(values: { person: Pick<Person, 'name' | 'login'>; link: string; days: number }): Html {
  return html`<p>Give this link to ${values.person.name}. Whoever opens it first sets the password of ${mono(values.person.login)}. It works once, for ${values.days} ${values.days === 1 ? 'day' : 'days'}, and is not shown again.</p><p class="big-link id">${values.link}</p><p><a href="/people">Back to the people</a></p>`
}

export function personPage(values: {
  person: Person
  sites: readonly SiteName[]
  csrf: string
  because: string | undefined
  isSelf: boolean
  wrong: Wrong
}): Html {
  const { person, sites, csrf, because } = values
  const at = `/people/${person.id}`
  return html`${errorSummary(values.wrong)}${facts([
    ['Sign-in name', mono(person.login)],
    ['E-mail', person.email ?? 'none'],
    ['Status', STATUS_WORDS[person.status]],
    ['May', grantWords(person.grants, sites)],
    ['Authenticator', person.totp ? 'in use' : 'none'],
  ])}${
    because === undefined
      ? html`<section class="stack"><h2>What ${person.name} may do</h2>${form(`${at}/access`, csrf, html`${roleChoices(person.grants, sites)}${button('Keep these roles')}`, 'stack wide')}</section>
<section class="stack"><h2>Password and authenticator</h2><p>A forgotten password: make a link by which ${person.name} sets a new one.</p>${form(`${at}/link`, csrf, button(person.status === 'invited' ? 'Make a new invitation' : 'Make a link for a new password', { look: 'quiet' }), 'row')}${
          person.totp
            ? html`<p>A lost telephone: take the authenticator off; the password alone then signs in.</p>${form(`${at}/totp-remove`, csrf, button('Take the authenticator off', { look: 'quiet' }), 'row')}`
            : nothing
        }</section>
${suspendSection(values, at)}`
      : html`<p class="soft">To change anything here: ${because}</p>`
  }`
}

function suspendSection({ person, csrf, isSelf }: Parameters<typeof personPage>[0], at: string): Html {
  if (person.status === 'suspended')
    return html`<section class="stack"><h2>Suspended</h2><p>${person.name} cannot sign in here or unlock a site with its newest pack.</p>${form(`${at}/status`, csrf, button('Let them in again', { name: 'to', value: 'active', look: 'quiet' }), 'row')}</section>`
  return html`<details class="act"><summary>Suspend ${person.name}?</summary><div class="note act"><p>They are signed out at once. Sites follow when they take their next pack: one without a line to the hub still lets them in until then.</p>${form(`${at}/status`, csrf, button(`Suspend ${person.name}`, { name: 'to', value: 'suspended', look: 'danger', because: isSelf ? 'This is you.' : undefined }), 'row')}</div></details>`
}
