import { distance, type LogPosition } from './position.ts'
import { LIMITS, type Look, type WentBack } from './standby.ts'
import { hasOf, newestHeld, type View } from './view.ts'

/**
 * What a standby had, its primary must have later. It has not when the primary lost its newest writes or was restored from an older copy; from there
 * on the two write different histories under the same positions, so that is remembered until the standby shows what the primary wrote since.
 */
export function wentBack(view: View): WentBack | undefined {
  // The first counts: what was proven before it, and nothing that was written since.
  const mark = view.wentBack ?? stepBack(view)
  return mark === undefined || repeatsSince(view, mark) ? undefined : mark
}

function stepBack(view: View): WentBack | undefined {
  const { primary, standby, earlier, look, samples } = view
  if (primary?.current === undefined || primary.role !== 'primary') return undefined
  const shown = standby === undefined ? undefined : hasOf(standby)
  const last = earlier.at(-1)
  // Twice, since a row that somebody wrote anew takes a moment to come to the standby.
  if (shown !== undefined && last !== undefined && beatsWentBack(look) && beatsWentBack(last))
    return { at: look.primary.askedAt, to: primary.current, had: shown }
  const had = hadOf(earlier.at(-1), primary.systemId) ?? heldOf({ look, samples }, primary.systemId)
  if (had === undefined) return undefined
  const missing = distance(primary.current, had)
  if (missing === 'other-line' || missing.amount === 0) return undefined
  return { at: look.primary.askedAt, to: primary.current, had }
}

/** A higher number of an earlier time: the primary counts from where it was before, and the standby shows what it had counted since. */
function beatsWentBack({ primary, standby }: Look): boolean {
  if (!primary.answered || !standby.answered) return false
  if (primary.said.systemId !== standby.said.systemId || standby.said.role !== 'standby') return false
  const [written, shown] = [primary.said.heartbeat, standby.said.heartbeat]
  return (
    written !== undefined && shown !== undefined && shown.beat > written.beat && shown.at < written.at - LIMITS.skewMs
  )
}

function hadOf(before: Look | undefined, systemId: string | undefined): LogPosition | undefined {
  if (before === undefined || !before.standby.answered) return undefined
  const { said } = before.standby
  return said.role === 'standby' && said.systemId === systemId ? hasOf(said) : undefined
}

/** After a time without looks: the newest that the primary said before, as far as the standby has it now. */
function heldOf(
  { look, samples }: Pick<View, 'look' | 'samples'>,
  systemId: string | undefined,
): LogPosition | undefined {
  const { standby, primary } = look
  if (!standby.answered || standby.said.role !== 'standby' || standby.said.systemId !== systemId) return undefined
  const before = samples.filter(({ at }) => at < primary.askedAt)
  return newestHeld(before, standby.said)?.position
}

/** A heartbeat that the primary wrote after that is seen on the standby: it was copied anew, or follows after all. */
function repeatsSince({ look, earlier, standby }: View, { at }: WentBack): boolean {
  const shown = standby?.role === 'standby' ? standby.heartbeat : undefined
  if (shown === undefined || shown.at < at - LIMITS.skewMs) return false
  return [...earlier, look].some(
    ({ primary }) =>
      primary.answered &&
      primary.askedAt > at &&
      primary.said.role === 'primary' &&
      primary.said.heartbeat?.beat === shown.beat &&
      Math.abs(primary.said.heartbeat.at - shown.at) < 1,
  )
}

/** Positions from after the primary went back say nothing of a standby that did not go back with it. */
export function beforeThat<Timed extends { at: number }>(mark: WentBack | undefined, samples: readonly Timed[]) {
  return mark === undefined ? samples : samples.filter(({ at }) => at < mark.at)
}
