import type { NoticeChannel, OutgoingNotice } from '../notice.ts'
import { hostOf, postNotice } from '../post-notice.ts'
import type { PhoneConfig } from './config.ts'

/**
 * Hands a notice to a provider of text messages (`sms`) or calls (`voice`). The provider's yes means that it took it, not that a phone rang: that
 * somebody was reached shows by their answer. `Idempotency-Key` is the notice's own, the same at every try.
 */
export function phoneChannel(kind: 'sms' | 'voice', config: PhoneConfig): NoticeChannel {
  const { user, password, deadlineMs } = config
  const signIn = user === undefined ? {} : { authorization: `Basic ${btoa(`${user}:${password ?? ''}`)}` }
  return {
    kind,
    async send(notice, to) {
      const words = wordsOf(notice, to, kind, config.mostChars)
      const fields = filled(config.fields, words)
      const url = fill(config.url, words, encodeURIComponent)
      const who = `The provider of ${kind === 'sms' ? 'text messages' : 'calls'} at ${hostOf(config.url)}`
      const body = config.as === 'json' ? JSON.stringify(fields) : formOf(fields)
      await postNotice({ url, who, deadlineMs }, body, {
        'content-type': config.as === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
        'idempotency-key': notice.key,
        'user-agent': 'holdfast',
        ...signIn,
        ...Object.fromEntries(
          Object.entries(config.headers).map(([name, one]) => [name, fill(one, words, (is) => is)]),
        ),
      })
    },
  }
}

type Words = { [name: string]: string }

/** A text message says what, and how to take it; a call is read out, and no link with it. */
function wordsOf(notice: OutgoingNotice, to: string, kind: 'sms' | 'voice', mostChars: number): Words {
  const { key, subject, answerUrl = '' } = notice
  const body = notice.text.trim()
  const whole = body.startsWith(subject) || kind === 'voice' ? body : `${subject}\n${body}`
  const link = kind === 'sms' && answerUrl !== '' ? `\n${answerUrl}` : ''
  const room = mostChars - link.length
  const cut = whole.length > room ? `${whole.slice(0, Math.max(0, room - 1)).trimEnd()}…` : whole
  return { key, to, subject, text: `${cut}${link}`, answer: answerUrl }
}

function fill(pattern: string, words: Words, code: (text: string) => string): string {
  return pattern.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const word = words[name]
    return word === undefined ? whole : code(word)
  })
}

type Fields = PhoneConfig['fields']

function filled(fields: Fields, words: Words): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, one]) => [
      name,
      typeof one === 'string' ? fill(one, words, (is) => is) : typeof one === 'object' ? filled(one, words) : one,
    ]),
  )
}

function formOf(fields: Fields): string {
  const flat = Object.entries(fields).map(([name, one]): [string, string] => [
    name,
    typeof one === 'object' ? JSON.stringify(one) : String(one),
  ])
  return new URLSearchParams(flat).toString()
}
