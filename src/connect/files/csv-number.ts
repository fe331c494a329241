/**
 * A number as people in an office write it: `1,234.50`, `$ 12.30`, `(12.30)`, `1'234.50`, and with a decimal comma `1.234,50`, `45,00`. Undefined when it is
 * no number, or when it could be two: `1.234` may be one and a bit or more than a thousand, and so may `1,234` where `semicolons` part the columns.
 */
export function numberFrom(text: string, { semicolons = false } = {}): number | undefined {
  const bare = text.replaceAll(/[\s$€£\u00a0'’]/g, '')
  const [, inner] = /^\((.*)\)$/.exec(bare) ?? []
  const written = inner ?? bare
  const negative = inner !== undefined || written.startsWith('-') || written.endsWith('-')
  const digits = written.replace(/^[+-]|-$/g, '')
  const plain = plainDigits(digits, semicolons)
  return plain === undefined ? undefined : Number(plain) * (negative && Number(plain) !== 0 ? -1 : 1)
}

function plainDigits(text: string, semicolons: boolean): string | undefined {
  if (/^\d+$/.test(text)) return text
  if (/^\d{1,3}(,\d{3})+\.\d+$/.test(text) || (!semicolons && /^\d{1,3}(,\d{3})+$/.test(text)))
    return text.replaceAll(',', '')
  if (/^\d{1,3}(\.\d{3})+,\d+$/.test(text)) return text.replaceAll('.', '').replace(',', '.')
  if (/^\d{1,3}(\.\d{3}){2,}$/.test(text)) return text.replaceAll('.', '')
  if (/^\d+,\d{1,2}$/.test(text)) return text.replace(',', '.')
  if (/^\d+\.\d+$/.test(text)) return /^[1-9]\d{0,2}\.\d{3}$/.test(text) ? undefined : text
  return undefined
}
