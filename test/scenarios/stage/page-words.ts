const ENTITIES: { [name: string]: string } = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

/** The words of a page as somebody reads them: no marks, no scripts, one space between two words. */
export function pageWords(markup: string): string {
  return markup
    .replaceAll(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, ' ')
    .replaceAll(/<!--[\s\S]*?-->/g, ' ')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name: string) => decoded(name) ?? whole)
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function decoded(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()]
  const hex = name[1]?.toLowerCase() === 'x'
  return String.fromCodePoint(Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10))
}
