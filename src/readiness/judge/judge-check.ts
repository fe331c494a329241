import { agoInWords, spanInWords } from '../../base/ago.ts'
import { DAY, type Instant, MINUTE } from '../../base/time.ts'
import { type Evidence, newestOf } from '../evidence/evidence.ts'
import type { Plan } from '../readiness.ts'
import type { Check, Shown, Verdict, Wanted } from './check.ts'

/** Clocks differ; what is further ahead than this was not measured yet. */
const CLOCKS_DIFFER = 5 * MINUTE

/** A plan that nobody has kept or looked over for this long proves nothing of what stands in it (SAFER 2.3: every two years). */
const PLAN_COUNTS_FOR = 2 * 365 * DAY

/** Holds one check against plan and evidence as of `now`. */
export function judgeCheck(check: Check, plan: Plan, evidence: readonly Evidence[], now: Instant): Verdict {
  const wants = check.wants?.(plan, now)
  const wanted = [...(check.written === undefined ? [] : [planWanted(plan)]), ...(wants ?? [])]
  const shown = wanted.map((one) => shownBy(one, evidence, now))
  const faults = check.written?.(plan, now) ?? []
  const failed = shown.filter(({ status }) => status === 'failed')
  if (faults.length > 0 && failed.length === 0 && shown[0]?.status === 'met')
    return { status: 'failed', because: some(faults), shown }
  if (failed.length > 0)
    return { status: 'failed', because: some([...failed.map(inWords), ...faults], 'failed', shown.length), shown }
  const missing = shown.filter(({ status }) => status === 'missing')
  if (missing.length > 0)
    return { status: 'missing', because: some(missing.map(inWords), 'missing', shown.length), shown }
  if (wanted.length === 0 || wants?.length === 0)
    return { status: 'missing', because: check.none ?? 'The plan names nothing that could be shown.', shown }
  return { status: 'met', because: metInWords(shown, now), shown }
}

function planWanted(plan: Plan): Wanted {
  return {
    subject: 'plan',
    name: 'The plan',
    kinds: ['plan-kept', 'plan-looked-over'],
    countsForMs: Math.min(plan.practice.reviewEvery, PLAN_COUNTS_FOR),
  }
}

function shownBy(wanted: Wanted, evidence: readonly Evidence[], now: Instant): Shown {
  const { subject, name, kinds, countsForMs, fault, lacks, hurdle } = wanted
  const known = evidence.filter(({ at }) => at <= now + CLOCKS_DIFFER)
  const record = kinds
    .flatMap((kind) => newestOf(known, kind, subject) ?? [])
    .reduce<Evidence | undefined>((best, one) => (best === undefined || one.at > best.at ? one : best), undefined)
  const base = { subject, name }
  if (record === undefined)
    return { ...base, status: 'missing', because: hurdle ?? 'nothing shows it.', record: undefined, at: undefined }
  const about = { ...base, record: record.id, at: record.at }
  const age = now - record.at
  if (age > countsForMs)
    return {
      ...about,
      status: 'missing',
      because: `last shown ${agoInWords(age)}, and that counts for ${spanInWords(countsForMs)}.`,
    }
  if (record.outcome === 'unclear')
    return { ...about, status: 'missing', because: `nobody can say how it ended: ${record.because}` }
  const against = record.outcome === 'failed' ? record.because : fault?.(record)
  if (against !== undefined) return { ...about, status: 'failed', because: against }
  const lacking = lacks?.(record)
  if (lacking !== undefined) return { ...about, status: 'missing', because: lacking }
  return { ...about, status: 'met', because: record.because, until: record.at + countsForMs }
}

function inWords({ name, because }: Shown): string {
  return `${name}: ${because}`
}

const SAID = 2

/** "3 of 7 missing. Riverside: ... Eastgate: ... And 1 more." */
function some(lines: readonly string[], word = '', of = 0): string {
  const more = lines.length > SAID ? ` And ${lines.length - SAID} more.` : ''
  const count = of < 2 ? '' : `${Math.min(lines.length, of)} of ${of} ${word}. `
  return `${count}${lines.slice(0, SAID).map(sentence).join(' ')}${more}`
}

function sentence(text: string): string {
  const capital = text.slice(0, 1).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}

function metInWords(shown: readonly Shown[], now: Instant): string {
  const oldest = Math.min(...shown.flatMap(({ at }) => at ?? []))
  const [first] = shown
  if (shown.length === 1 && first !== undefined) return `${sentence(first.because)} Shown ${agoInWords(now - oldest)}.`
  return `All ${shown.length} are shown, the oldest ${agoInWords(now - oldest)}.`
}
