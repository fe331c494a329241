import { BREAK_GLASS_REASONS } from '../../access/restricted.ts'
import { button, choices, errorSummary, field, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note } from '../../look/status.ts'
import type { KeyState } from '../unlock/keyholder.ts'
import { ageLine } from './age.ts'
import { framed, type Surroundings } from './frame.ts'

export type SignInValues = {
  state: KeyState
  people: number
  envelopes: number
  csrf: string
  next: string
  login: string
  wrong: string | undefined
  idle: boolean
  /** Pack numbers that are here, whether or not they can be read. */
  packsHere: boolean
}

/** Opens the site for the program, and signs a person in. */
export function signInPage(around: Surroundings, values: SignInValues): Html {
  const { settings } = around
  const locked = values.state === 'locked'
  const title = locked ? `${settings.siteName} is locked` : `Sign in at ${settings.siteName}`
  const body = html`<div class="narrow stack-wide"><h1>${title}</h1>${
    values.idle && values.wrong === undefined
      ? note('unknown', 'Locked because nobody was here', 'Sign in again to go on where you were.')
      : nothing
  }${errorSummary(values.wrong === undefined ? [] : [{ field: 'login', because: values.wrong }])}
<p>${
    locked
      ? 'It started with its data sealed. Your own sign-in name and password open it, also with the network and the hub gone.'
      : 'Use your own sign-in name and password of Holdfast. They work here with the network and the hub gone.'
  }</p>${packsWords(values)}${
    values.people === 0
      ? note(
          'watch',
          'Nobody can sign in here yet',
          'The site is enrolled and waits for its first pack, which brings the people. This page can be opened again in a minute.',
        )
      : nothing
  }${form(
    '/sign-in',
    values.csrf,
    html`<input type="hidden" name="next" value="${values.next}">${field({ name: 'login', label: 'Sign-in name', value: values.login, autocomplete: 'username', required: true, autofocus: true })}${field({ name: 'password', label: 'Password', kind: 'password', autocomplete: 'current-password', required: true })}<p>${button(locked ? 'Unlock and sign in' : 'Sign in')}</p>`,
  )}<p><a href="/break-glass">Nobody here can sign in: open a sealed envelope</a>${
    values.envelopes === 0 ? ' (none is known to this site)' : nothing
  }</p><h2>What is here</h2>${ageLine(around.ages)}</div>`
  return framed(around, { title, body, live: false })
}

function packsWords(values: SignInValues): Html {
  return values.packsHere
    ? nothing
    : note(
        'watch',
        'No pack has come yet',
        'There is nothing to read here so far. It comes by itself when the hub has published.',
      )
}

export type EnvelopeValues = {
  csrf: string
  wrong: string | undefined
  typed: { code: string; name: string; reason: string }
  envelopes: number
}

export function envelopePage(around: Surroundings, values: EnvelopeValues): Html {
  const body = html`<div class="narrow stack-wide"><h1>Open a sealed envelope</h1>${errorSummary(
    values.wrong === undefined ? [] : [{ field: 'code', because: values.wrong }],
  )}<p>For an emergency in which nobody here can sign in, or this site has been cut off too long. The code works <strong>once</strong>. Your name, your reason and everything you open are recorded and read afterwards by somebody else.</p>${
    values.envelopes === 0
      ? note(
          'watch',
          'No envelope is known to this site',
          'Codes are made at the hub and printed for the site’s safe. Without one, use the printed sheets.',
        )
      : nothing
  }${form(
    '/break-glass',
    values.csrf,
    html`${field({ name: 'name', label: 'Your own name', value: values.typed.name, autocomplete: 'name', required: true, autofocus: true })}${field({ name: 'reason', label: 'Why', hint: 'A few words, such as: nobody with a password is on site, patients are waiting', value: values.typed.reason, required: true })}${field({ name: 'code', label: 'Code in the envelope', hint: 'Five groups of four letters and digits', value: values.typed.code, autocomplete: 'off', code: 'capitals', required: true })}<p>${button('Open and record it', { look: 'danger' })}</p>`,
  )}<p><a href="/sign-in">Back to signing in</a></p></div>`
  return framed(around, { title: 'Open a sealed envelope', body, live: false })
}

const REASON_WORDS: { [Reason in (typeof BREAK_GLASS_REASONS)[number]]: string } = {
  'emergency-treatment': 'Emergency treatment',
  'treating-without-own-password': 'I treat this patient',
  drill: 'Drill',
  other: 'Another reason',
}

export function reasonChoices(): Html {
  return choices(
    'radio',
    'reason',
    'Why you need it',
    BREAK_GLASS_REASONS.map((value) => ({ value, label: REASON_WORDS[value] })),
  )
}
