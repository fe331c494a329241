import bwip from 'bwip-js/node'

const known = new Map<string, number[]>()

/**
 * Code 128 (ISO/IEC 15417) of a text: the widths of its bars and spaces in modules, a bar first. Kept for the run of the program, since the same
 * number stands on both sides of a sheet. Throws for characters outside ASCII.
 */
export function code128(text: string): number[] {
  let widths = known.get(text)
  if (widths === undefined) {
    const [drawn] = bwip.raw('code128', text, {})
    if (drawn === undefined || !('sbs' in drawn)) throw new RangeError('Code 128 cannot hold this text')
    widths = [...drawn.sbs]
    if (known.size > 20_000) known.clear()
    known.set(text, widths)
  }
  return widths
}
