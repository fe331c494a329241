import { z } from 'zod'
import { MINUTE, SECOND } from '../base/time.ts'
import { argvShape } from '../connect/shutdown/config.ts'
import type { PowerOrder, WrittenStep } from '../monitor/power/power.ts'
import { duration } from './config-words.ts'

/** What is done when a UPS runs on its battery, as the practice has written it. Paper, packs and words always come before the first stop. */
export const powerOrderShape = z.strictObject({
  /** How long on the battery before it begins; a low battery does not wait. */
  after: duration.default(10 * MINUTE),
  /** Stops wait until the battery is low. */
  stopsOnlyWhenLow: z.boolean().default(false),
  /** How long paper, packs and telling may take, each: a battery does not wait for a printer. */
  packets: z.strictObject({ within: duration.default(3 * MINUTE) }).prefault({}),
  packs: z.strictObject({ within: duration.default(90 * SECOND) }).prefault({}),
  tell: z.strictObject({ within: duration.default(20 * SECOND) }).prefault({}),
  /** Systems in the order in which they are stopped. */
  stop: z
    .array(z.strictObject({ name: z.string().min(1).max(80), run: argvShape, within: duration.default(2 * MINUTE) }))
    .default([]),
  /** At the very end the hub stops itself. */
  stopHub: z.boolean().default(false),
})

export type PowerOrderConfig = z.infer<typeof powerOrderShape>

export function powerOrder(of: { id: string; name: string }, written: PowerOrderConfig): PowerOrder {
  const steps: WrittenStep[] = [
    { kind: 'packets', name: 'Paper of today and tomorrow', withinMs: written.packets.within },
    { kind: 'packs', name: 'Packs to every site', withinMs: written.packs.within },
    { kind: 'tell', name: 'Tell people', withinMs: written.tell.within },
    ...written.stop.map(({ name, run, within }) => ({ kind: 'stop' as const, name, argv: run, withinMs: within })),
    ...(written.stopHub ? [{ kind: 'stop-hub' as const, name: 'This hub', withinMs: MINUTE }] : []),
  ]
  const { after: afterMs, stopsOnlyWhenLow } = written
  return { id: of.id, ups: of.name, afterMs, stopsOnlyWhenLow, steps }
}
