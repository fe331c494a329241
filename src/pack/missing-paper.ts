import type { Day } from '../base/zone.ts'
import type { Appointment } from '../chart/chart.ts'
import { byProvider, mayStillCome } from '../chart/schedule.ts'

/** Sheets that each provider of a day is given: see `PackFile.label`. */
export type ProviderSheet = 'day-sheet' | 'packet'

/** `without`: names of the providers whose sheet of this kind is not there, of `due` who should have one. */
export type MissingPaper = { kind: ProviderSheet; due: number; without: string[] }

/**
 * Which paper of a day is not there, by what the schedule says should be: a day sheet for whoever has visits, patient sheets for whoever is still
 * to see somebody. Nothing is missing where the list is empty.
 */
export function missingPaper(
  visits: readonly Appointment[],
  day: Day,
  labels: Iterable<string>,
  kinds: readonly ProviderSheet[] = ['day-sheet', 'packet'],
): MissingPaper[] {
  const there = new Set(labels)
  return kinds.flatMap((kind) => {
    const due = byProvider(visits.filter((visit) => kind === 'day-sheet' || mayStillCome(visit)))
    const without = due.filter(({ providerId }) => !there.has(`${kind} ${day} ${providerId}`))
    return without.length === 0
      ? []
      : [{ kind, due: due.length, without: without.map(({ providerName }) => providerName) }]
  })
}

const KINDS = { 'day-sheet': 'day sheet', packet: 'patient sheets' } as const satisfies Record<ProviderSheet, string>

/** `No day sheet yet for 16 of 26 providers: Fenn, Ito.` */
export function missingInWords({ kind, due, without }: MissingPaper): string {
  return `No ${KINDS[kind]} yet for ${without.length} of ${due === 1 ? '1 provider' : `${due} providers`}: ${without.join('; ')}.`
}
