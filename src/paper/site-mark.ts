/**
 * Capital letters that start a site's packet numbers: two of each of the first two words of its name, told apart by a number where two sites
 * would have the same. Gives a mark for each name, in order.
 */
export function siteMarks(names: readonly string[]): string[] {
  const taken = new Map<string, number>()
  return names.map((name) => {
    const words = name
      .normalize('NFD')
      .replace(/[^A-Za-z0-9 ]/g, '')
      .split(' ')
      .filter((word) => word !== '')
    const [first = 'SITE', second] = words
    const mark = (second === undefined ? first.slice(0, 4) : first.slice(0, 2) + second.slice(0, 2)).toUpperCase()
    const times = (taken.get(mark) ?? 0) + 1
    taken.set(mark, times)
    return times === 1 ? mark : `${mark}${times}`
  })
}
