/** Letters that no decomposition takes apart. */
const LETTERS: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
  ħ: 'h',
  ŋ: 'n',
}

/** Names as they are compared: no case, no accents (Muñoz = munoz), compatibility forms made plain. */
export function fold(text: string): string {
  const lower = text.toLowerCase()
  // Plain ASCII is by far the most, and has nothing to fold.
  if (/^[\x20-\x7e]*$/.test(lower)) return lower
  return lower
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßæœøđðłıþħŋ]/g, (letter) => LETTERS[letter] ?? letter)
}

/** The words of a name: O'Brien is one (obrien), Garcia-Lopez and de la Cruz are several. */
export function wordsOf(text: string): string[] {
  return fold(text)
    .replaceAll(/['’`ʼ.]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** The words of a name, and where there are several also all of them written as one, since people type "delacruz" and "garcialopez". */
export function nameWords(text: string): string[] {
  const words = wordsOf(text)
  return words.length > 1 ? [...words, words.join('')] : words
}

/** Letters and digits only, as medical record numbers are compared. */
export function foldNumber(text: string): string {
  return fold(text).replaceAll(/[^\p{L}\p{N}]+/gu, '')
}
