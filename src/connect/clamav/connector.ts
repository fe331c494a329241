import { open } from 'node:fs/promises'
import { spanInWords } from '../../base/ago.ts'
import { type Clock, DAY, HOUR, type Instant } from '../../base/time.ts'
import { act, watch } from '../finding.ts'
import { answered, looking, notAnswered, notObservable, wordOf } from '../looking.ts'
import { nameKnown } from '../name-known.ts'
import { placeOf } from '../place.ts'
import type { Answer, Finding, Measured, Probe, ProbeName } from '../probe.ts'
import { askClamd } from './clamd.ts'
import { askClamscan } from './clamscan.ts'
import type { ClamavConfig } from './config.ts'
import type { Scanned } from './scanned.ts'
import { type Signatures, signaturesInHeader, signaturesInVersion } from './signatures.ts'

/** Whether ClamAV really scans: it is given the harmless test file, and asked how old its signatures are. */
export function clamavProbe({ id, observes }: ProbeName, config: ClamavConfig, clock: Clock): Probe {
  const { scanner } = config
  const what = `The virus scanner ${'host' in scanner ? `at ${placeOf(scanner.host, scanner.port)}` : 'of this machine'}`
  return {
    id,
    kind: 'clamav',
    observes,
    look: (signal) =>
      looking({ what, deadlineMs: config.deadlineMs, signal }, (over) => lookOnce(what, config, clock, over)),
  }
}

async function lookOnce(what: string, config: ClamavConfig, clock: Clock, over: AbortSignal): Promise<Answer> {
  const scanned = await scan(config, over).catch((thrown: unknown): Scanned => {
    if (wordOf(thrown) === 'TOO_MUCH') return { answer: 'nonsense' }
    throw thrown
  })
  if (scanned.answer === 'nonsense') return notAnswered(`${what} answers, but not as clamd does. Is the port right?`)
  if (scanned.answer === 'no-program') return notObservable('There is no clamscan on this machine to ask.')
  const read = await Promise.all(config.databases.map((path) => headerOf(path)))
  const said = scanned.version === undefined ? [] : [signaturesInVersion(scanned.version)]
  const known = [...said, ...read].filter((one) => one !== undefined)
  const newest = known.toSorted((a, b) => b.madeAt - a.madeAt)[0]
  const unreadable = read.filter((one) => one === undefined).length
  const findings = [
    ...SEEN[scanned.seen],
    ...ageFindings(newest, config, clock.now()),
    ...(unreadable > 0
      ? [act(`${unreadable} of its database files cannot be read, or say nothing of their age.`)]
      : []),
  ]
  return answered(
    `${what} ${WORDS[scanned.seen]}${newest === undefined ? '' : `; its signatures are ${age(newest, clock.now())} old`}.`,
    measuredOf(newest, clock.now()),
    findings,
  )
}

const WORDS = { found: 'finds the test file', missed: 'does not find the test file', 'not-scanned': 'does not scan' }
const SEEN: { [Seen in keyof typeof WORDS]: Finding[] } = {
  found: [],
  missed: [act('It calls the test file clean, which every scanner has to find: it would miss real ones too.')],
  'not-scanned': [
    act('Nothing is scanned: it has no database, or cannot read it. Nothing that it let pass counts as clean.'),
  ],
}

async function scan({ scanner, deadlineMs }: ClamavConfig, over: AbortSignal): Promise<Scanned> {
  if ('clamscan' in scanner) return askClamscan(scanner.clamscan, scanner.database, over)
  if ('socket' in scanner) return askClamd({ path: scanner.socket }, over)
  await nameKnown(scanner.host, deadlineMs, over)
  return askClamd(scanner, over)
}

async function headerOf(path: string): Promise<Signatures | undefined> {
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
    return signaturesInHeader(buffer.subarray(0, bytesRead).toString('latin1'))
  } catch {
    return undefined
  }
}

function ageFindings(newest: Signatures | undefined, config: ClamavConfig, now: Instant): Finding[] {
  if (newest === undefined)
    return [act('It does not say when its signatures were made: nobody knows against what it protects.')]
  const days = (now - newest.madeAt) / DAY
  const says = `Its signatures are ${age(newest, now)} old, and new ones are made every day. Look at freshclam.`
  return days >= config.actDays ? [act(says)] : days >= config.watchDays ? [watch(says)] : []
}

function measuredOf(newest: Signatures | undefined, now: Instant): Measured[] {
  if (newest === undefined) return []
  return [
    { what: 'signatures', value: newest.number, unit: 'count' },
    { what: 'signature age', value: Math.max(0, Math.floor((now - newest.madeAt) / HOUR) / 24), unit: 'd' },
  ]
}

const age = (of: Signatures, now: Instant): string => spanInWords(Math.max(HOUR, now - of.madeAt))
