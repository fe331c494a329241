import { type ChainFault, faultOf, type Link } from '../../base/chain.ts'

/** The last line of a chain as somebody saw it once. Kept outside the database, it shows when the tail was cut off or made anew. */
export type ChainHead = { chain: string; seq: number; hash: string }

export type TrailVerdict = {
  chain: string
  lines: number
  head: ChainHead | undefined
  /** In the order of the chain; the first is where to look. */
  faults: ChainFault[]
}

const MOST_FAULTS = 20

/**
 * Reads a chain from its first line and says every place where it was changed, robbed of a line, or put in another order; and, by the heads
 * that were `remembered` elsewhere, whether its end is still the end that was seen. After a fault the check goes on from the line as found.
 */
export async function verifyTrail(
  chain: string,
  links: AsyncIterable<Link>,
  remembered: readonly ChainHead[] = [],
): Promise<TrailVerdict> {
  const expected = new Map(remembered.filter((head) => head.chain === chain).map((head) => [head.seq, head.hash]))
  const faults: ChainFault[] = []
  const say = (fault: ChainFault | undefined) => {
    if (fault !== undefined && faults.length < MOST_FAULTS) faults.push(fault)
  }
  let last: Link | undefined
  let lines = 0
  for await (const link of links) {
    lines++
    const fault = faultOf(last, link)
    say(fault)
    const seen = expected.get(link.seq)
    if (fault === undefined && seen !== undefined && seen !== link.hash)
      say({
        seq: link.seq,
        because: `line ${link.seq} is not the one that was seen earlier: the trail was made anew up to here`,
      })
    last = link
  }
  const furthest = Math.max(0, ...expected.keys())
  if (furthest > (last?.seq ?? 0))
    say({
      seq: (last?.seq ?? 0) + 1,
      because: `the end is missing: line ${furthest} was seen earlier, the trail now ends with line ${last?.seq ?? 0}`,
    })
  return { chain, lines, head: last === undefined ? undefined : { chain, seq: last.seq, hash: last.hash }, faults }
}
