import type { Evidence, EvidenceMeasure } from '../evidence/evidence.ts'

const ASKED = [
  { what: 'rows or files counted', as: 'rows=48', shows: isCount },
  { what: 'the moment of the newest record', as: 'newest record=2026-11-23T02:14:00-06:00', shows: isNewest },
  { what: 'a sign-in', as: 'sign-in=yes', shows: isSignIn },
] as const

/** What a restore test does not say of the three things that are read back; undefined when it says all of them. */
export function notReadBack({ measured }: Evidence): string | undefined {
  const lacking = ASKED.filter(({ shows }) => !measured.some(shows))
  if (lacking.length === 0) return undefined
  return `it was restored, and the record does not show ${lacking.map(({ what }) => what).join(', nor ')} (measured as ${lacking.map(({ as }) => as).join(', ')})`
}

function isCount({ what, value, unit }: EvidenceMeasure): boolean {
  return typeof value === 'number' && value > 0 && (unit === 'rows' || /^(rows|files)\b/i.test(what))
}

function isNewest({ what, value, unit }: EvidenceMeasure): boolean {
  if (typeof value !== 'number') return false
  return unit === 'instant' ? /\bnewest\b/i.test(what) : ['ms', 's', 'd'].includes(unit) && /\bage\b/i.test(what)
}

function isSignIn({ what, value }: EvidenceMeasure): boolean {
  if (!/^(sign-?in|signed in)\b/i.test(what)) return false
  return typeof value === 'number' ? value > 0 : !/^(no|none|not|never|failed|refused)\b/i.test(value)
}
