import { type ChainFault, faultOf, type Link } from '../../base/chain.ts'
import { sha256Hex } from '../../base/hash.ts'
import { readLine } from './record.ts'

export type EvidenceVerdict = {
  lines: number
  /** How many lines were removed because their time was over. */
  removed: number
  head: { seq: number; hash: string } | undefined
  /** In the order of the chain; the first is where to look. */
  faults: ChainFault[]
}

const MOST_FAULTS = 20

/**
 * Reads the chain from the first line that is left, and says every place where it was changed, robbed of a line or put in another order; which files are
 * gone or other than their record says; and, by the heads that were `remembered` elsewhere, whether its end is still the end that was seen. What was removed
 * after its time must be named, with its hash, by a line that is still there.
 */
export async function verifyEvidence(
  links: AsyncIterable<Link>,
  fileOf: (sha256: string) => Promise<Uint8Array | undefined>,
  remembered: readonly { seq: number; hash: string }[] = [],
): Promise<EvidenceVerdict> {
  const expected = new Map(remembered.map(({ seq, hash }) => [seq, hash]))
  const faults: ChainFault[] = []
  const say = (seq: number, because: string) => {
    if (faults.length < MOST_FAULTS) faults.push({ seq, because })
  }
  const files = new Map<string, boolean>()
  const named = new Map<number, string>()
  let first: Link | undefined
  let last: Link | undefined
  let lines = 0
  for await (const link of links) {
    lines++
    // What the first line follows is known only when the line that tells of the removal is read.
    if (first === undefined) first = link
    const before = last ?? (link.seq === 1 ? undefined : { seq: link.seq - 1, hash: link.previous })
    const fault = faultOf(before, link)
    if (fault !== undefined) say(fault.seq, fault.because)
    const seen = expected.get(link.seq)
    if (fault === undefined && seen !== undefined && seen !== link.hash)
      say(link.seq, `line ${link.seq} is not the one that was seen earlier: the evidence was made anew up to here`)
    const read = readLine(link.line)
    if (read === undefined) say(link.seq, `line ${link.seq} cannot be read`)
    else if ('removed' in read) named.set(read.removed.through, read.removed.hash)
    else if (read.evidence.artefact !== undefined) {
      const { sha256, name } = read.evidence.artefact
      if (!files.has(sha256)) {
        const bytes = await fileOf(sha256)
        files.set(sha256, bytes !== undefined && sha256Hex(bytes) === sha256)
      }
      if (files.get(sha256) !== true)
        say(link.seq, `the file ${name} of line ${link.seq} is gone or is not the one that was kept`)
    }
    last = link
  }
  const removed = (first?.seq ?? 1) - 1
  if (first !== undefined && removed > 0 && named.get(removed) !== first.previous)
    faults.unshift({ seq: 1, because: `lines 1 to ${removed} are missing, and no line says that their time was over` })
  const furthest = Math.max(0, ...expected.keys())
  if (furthest > (last?.seq ?? 0))
    say(
      (last?.seq ?? 0) + 1,
      `the end is missing: line ${furthest} was seen earlier, the evidence now ends with line ${last?.seq ?? 0}`,
    )
  return { lines, removed, head: last === undefined ? undefined : { seq: last.seq, hash: last.hash }, faults }
}
