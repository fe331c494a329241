import { sha256Hex } from './hash.ts'

/**
 * A hash chain: each line carries the hash of the line before and its own, so a line that is changed, removed or moved is found.
 * A tail that was cut off is found only by whoever remembers the last hash; keep that elsewhere.
 */
export type Link = { seq: number; previous: string; line: string; hash: string }

export const CHAIN_START = '0'.repeat(64)

export function linkAfter(last: { seq: number; hash: string } | undefined, line: string): Link {
  const seq = (last?.seq ?? 0) + 1
  const previous = last?.hash ?? CHAIN_START
  return { seq, previous, line, hash: sha256Hex(`${seq}\n${previous}\n${line}`) }
}

export type ChainFault = { seq: number; because: string }

/** Checks one link against the one before it (undefined at the start of the chain); undefined when it fits. */
export function faultOf(last: { seq: number; hash: string } | undefined, link: Link): ChainFault | undefined {
  const due = linkAfter(last, link.line)
  if (link.seq !== due.seq)
    return { seq: due.seq, because: `line ${due.seq} is missing: line ${link.seq} follows ${due.seq - 1}` }
  if (link.previous !== due.previous)
    return { seq: link.seq, because: `line ${link.seq} does not follow from the line before it` }
  if (link.hash !== due.hash) return { seq: link.seq, because: `line ${link.seq} was changed after it was written` }
  return undefined
}
