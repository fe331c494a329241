import type { ReplicationSide, SideAnswer } from '../replication.ts'

/** One look at a pair: the primary first, so that a standby which is asked later and has as much is proven to have it. */
export async function lookAtPair(
  sides: { primary: ReplicationSide; standby: ReplicationSide },
  signal?: AbortSignal,
): Promise<{ primary: SideAnswer; standby: SideAnswer }> {
  const primary = await sides.primary.ask(signal)
  const standby = await sides.standby.ask(signal)
  return { primary, standby }
}
