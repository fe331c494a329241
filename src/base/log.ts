import { type Logger, pino } from 'pino'
import { systemClock } from './time.ts'

export type Log = Logger

/** Names under which patient data or secrets could ride along in a logged object; they are cut out wherever they stand. */
const SECRET_NAMES = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  'privateKey',
  'identity',
  'code',
  'totp',
  'patient',
  'chart',
  'charts',
  'appointment',
  'appointments',
  'name',
  'birthDate',
  'mrn',
  'phone',
  'address',
  'body',
  'params',
]

/**
 * The program's log: JSON lines on standard output. Say what happened to the machine, never to a patient: no names, dates of birth,
 * MRNs, message bodies, query values, passwords or codes. Redaction below is the second fence, not the first.
 */
export function makeLog(name: string, level = process.env.HOLDFAST_LOG_LEVEL ?? 'info', fd = 1): Log {
  return pino(
    {
      base: { program: name },
      level,
      redact: { paths: SECRET_NAMES.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[kept out]' },
      timestamp: () => `,"at":"${new Date(systemClock.now()).toISOString()}"`,
      serializers: {
        err: (thrown: unknown) =>
          thrown instanceof Error ? { type: thrown.name, message: thrown.message } : String(thrown),
      },
    },
    pino.destination({ fd, sync: true }),
  )
}

/** For tests and tools that want silence. */
export const silentLog: Log = pino({ level: 'silent' })
