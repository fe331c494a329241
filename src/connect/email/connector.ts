import { createTransport } from 'nodemailer'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { NoticeChannel } from '../notice.ts'
import type { EmailConfig } from './config.ts'

/** Sends notices as plain text. Each carries a Message-ID made from its key, so a second copy of one is the same message. */
export function emailChannel(config: EmailConfig): NoticeChannel {
  const domain = config.from.slice(config.from.indexOf('@') + 1)
  return {
    kind: 'email',
    async send(notice, to) {
      const transport = createTransport({
        host: config.host,
        port: config.port,
        secure: config.security === 'tls',
        requireTLS: config.security === 'starttls',
        ignoreTLS: config.security === 'none',
        ...(config.user === undefined ? {} : { auth: { user: config.user, pass: config.password ?? '' } }),
        connectionTimeout: config.deadlineMs,
        greetingTimeout: config.deadlineMs,
        socketTimeout: config.deadlineMs,
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      try {
        await transport.sendMail({
          from: config.from,
          to,
          subject: notice.subject,
          text: notice.answerUrl === undefined ? notice.text : `${notice.text}\nTake it: ${notice.answerUrl}\n`,
          date: new Date(notice.at),
          messageId: `<${notice.key}@${domain}>`,
          headers: { 'auto-submitted': 'auto-generated' },
        })
      } catch (thrown) {
        throw failureOf(thrown, config)
      } finally {
        transport.close()
      }
    },
  }
}

function failureOf(thrown: unknown, config: EmailConfig): Failure {
  const where = `The mail server ${config.host}`
  const code = property(thrown, 'code')
  const answer = Number(property(thrown, 'responseCode') ?? 0)
  if (code === 'EAUTH')
    return new Failure(
      'permanent',
      `${where} does not accept the user and password of the notices. Alarms are shown on the hub’s pages; correct the settings.`,
      { cause: thrown },
    )
  if (answer >= 500)
    return new Failure(
      'permanent',
      `${where} refused the message (${answer}). Alarms are shown on the hub’s pages; look at the address and at the server’s rules.`,
      { cause: thrown },
    )
  if (answer >= 400) return new Failure('transient', `${where} asks to try later (${answer}).`, { cause: thrown })
  if (code === 'ECONNECTION' || code === 'EDNS' || code === 'ETLS' || code === 'ESOCKET')
    return new Failure('transient', `${where} could not be reached (${reasonOf(thrown)}). It is tried again.`, {
      cause: thrown,
    })
  return new Failure(
    'ambiguous',
    `${where} did not say whether it took the message. It is sent again under the same id.`,
    { cause: thrown },
  )
}

function property(thrown: unknown, name: string): unknown {
  return typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, name) : undefined
}
