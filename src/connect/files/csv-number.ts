/** What parts whole from part in the numbers of a column. */
export type DecimalMark = ',' | '.'

const GROUPS = "[\u0020\u00a0\u2009\u202f'’]"
const SHAPES: { [Mark in DecimalMark]: RegExp } = {
  '.': new RegExp(`^(?:\\d*|[1-9]\\d{0,2}(?:(?:,\\d{3})+|(?:${GROUPS}\\d{3})+))(?:\\.\\d+)?$`, 'u'),
  ',': new RegExp(`^(?:\\d*|[1-9]\\d{0,2}(?:(?:\\.\\d{3})+|(?:${GROUPS}\\d{3})+))(?:,\\d+)?$`, 'u'),
}
/** More digits than a number holds exactly would be another number. */
const MOST_DIGITS = 15

/**
 * A number as people in an office write it: `1,234.50`, `$ 12.30`, `(12.30)`, `1'234.50`, and with a decimal comma `1.234,50`, `45,00`. Undefined when it
 * is no number, or when it could be two: without the column's `mark`, `1.234` may be one and a bit or more than a thousand, and `1,234` too.
 */
export function numberFrom(text: string, mark?: DecimalMark): number | undefined {
  const signed = signedDigits(text)
  if (signed === undefined) return undefined
  const readings = (mark === undefined ? (['.', ','] as const) : [mark]).flatMap(
    (one) => read(signed.digits, one) ?? [],
  )
  const [first] = readings
  if (first === undefined || readings.some((one) => one !== first)) return undefined
  return signed.negative && first !== 0 ? -first : first
}

/** The mark that the numbers of a column have in common; undefined when none of them shows one, or they do not agree. */
export function makeMarkFinder(): { see(text: string): void; found(): DecimalMark | undefined } {
  const seen = new Set<DecimalMark>()
  return {
    see(text) {
      const digits = signedDigits(text)?.digits
      if (digits === undefined) return
      const [dot, comma] = [read(digits, '.'), read(digits, ',')]
      if (dot !== undefined && comma === undefined) seen.add('.')
      if (comma !== undefined && dot === undefined) seen.add(',')
    },
    found: () => (seen.size === 1 ? [...seen][0] : undefined),
  }
}

function signedDigits(text: string): { digits: string; negative: boolean } | undefined {
  const bare = text
    .replaceAll(/[−–]/g, '-')
    .replaceAll(/[$€£]/g, '')
    .replace(/^(?:USD|EUR|CHF)\s*|\s*(?:USD|EUR|CHF)$/i, '')
    .trim()
  const parts = /^(?:\((?<inner>[^()+-]+)\)|(?<sign>[+-]?)\s*(?<plain>[^()+-]+?)|(?<before>[^()+-]+?)\s*-)$/.exec(
    bare,
  )?.groups
  if (parts === undefined) return undefined
  const digits = (parts.inner ?? parts.plain ?? parts.before ?? '').trim()
  if (!/\d/.test(digits) || digits.replaceAll(/\D/g, '').length > MOST_DIGITS) return undefined
  return { digits, negative: parts.sign === '-' || parts.plain === undefined }
}

function read(digits: string, mark: DecimalMark): number | undefined {
  if (!SHAPES[mark].test(digits)) return undefined
  const [whole = '', part = ''] = digits.split(mark)
  return Number(`${whole.replaceAll(/\D/g, '') || '0'}.${part || '0'}`)
}
