/**
 * A phone number as digits that can be compared: no punctuation, no extension, no North American trunk `1`. `+1 (415) 555-0134 x12` and
 * `415.555.0134` are one number. Other countries' numbers keep their country code when it was written with `+` or `00`.
 */
export function phoneDigits(text: string): string {
  const spoken = text.normalize('NFKC').replace(/(?:;?\s*(?:ext\.?|x|extension|#)\s*\d*\s*)$/i, '')
  const digits = spoken.replaceAll(/\D/g, '').replace(/^00(?=\d{8,})/, '')
  return digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits
}

/** `(415) 555-0134` where it is a North American number, else as it was written. */
export function displayPhone(text: string): string {
  const digits = phoneDigits(text)
  if (digits.length !== 10 || /[a-wyz]/i.test(text)) return text.trim()
  const extension = /(?:ext\.?|x|extension|#)\s*(\d+)\s*$/i.exec(text)?.[1]
  const shown = `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`
  return extension === undefined ? shown : `${shown} ext. ${extension}`
}
