import type { Instant } from '../../base/time.ts'

/**
 * Files that were taken in carry their own record in their name: `<delivery>.<place>_<asOf>_<hash>_<name as dropped>`. Renaming a file is one step of
 * the file system, so after any crash it is either still to be taken or taken, never both and never neither; no second record can disagree.
 */
export type Taken = { delivery: number; place: number; asOf: Instant; hash: string; name: string }

const SHAPE = /^(\d{6,})\.(\d{3,})_(\d+)_([0-9a-f]{32})_(.+)$/s

export function takenName(taken: Taken): string {
  const delivery = String(taken.delivery).padStart(6, '0')
  return `${delivery}.${String(taken.place).padStart(3, '0')}_${taken.asOf}_${taken.hash}_${shortened(taken.name)}`
}

export function readTakenName(text: string): Taken | undefined {
  const [, delivery, place, asOf, hash, name] = SHAPE.exec(text) ?? []
  if (hash === undefined || name === undefined) return undefined
  return { delivery: Number(delivery), place: Number(place), asOf: Number(asOf), hash, name }
}

export function inOrderTaken<One extends Taken>(taken: One[]): One[] {
  return taken.toSorted((a, b) => a.delivery - b.delivery || a.place - b.place)
}

/** File systems allow 255 bytes; the ending tells what a file is and is kept. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= 170) return name
  return `${name.slice(0, 20)}...${name.slice(-20)}`.toWellFormed()
}
