export type Box = {
  key: string
  name: string
  words: string[]
  look: 'taken' | 'falls' | 'unfinished'
  column: number
  row: number
}
export type Edge = { from: Box; to: Box }

/** More than this in a column, and nobody sees what it shows. */
const MOST = 12

/**
 * A drawing that stays small enough to be read: of a column with too many boxes those stay that lead to a scenario that cannot be finished, then the
 * first ones; the others are one box, and are given back as `leftOut`, to be named beside the drawing.
 */
export function fitColumns(
  boxes: readonly Box[],
  edges: readonly Edge[],
): { boxes: Box[]; edges: Edge[]; leftOut: Box[] } {
  const leads = new Set(edges.filter(({ to }) => to.look === 'unfinished').map(({ from }) => from))
  const drawn = new Map<Box, Box>()
  const leftOut: Box[] = []
  const columns = Map.groupBy(boxes, ({ column }) => column)
  for (const [column, its] of columns) {
    // What cannot be finished is what the drawing is for: all of it stays.
    const most = column === 3 || its.length <= MOST ? its.length : MOST - 1
    const kept = new Set(
      [...its.filter((box) => leads.has(box)), ...its.filter((box) => !leads.has(box))].slice(0, most),
    )
    const rest = its.filter((box) => !kept.has(box))
    for (const [row, box] of [...kept].toSorted((a, b) => a.row - b.row).entries()) drawn.set(box, { ...box, row })
    if (rest.length === 0) continue
    const name = `and ${rest.length} more`
    const more: Box = { key: `more:${column}`, name, words: [name], look: 'falls', column, row: kept.size }
    for (const box of rest) drawn.set(box, more)
    leftOut.push(...rest)
  }
  const moved = edges.flatMap(({ from, to }) => {
    const [a, b] = [drawn.get(from), drawn.get(to)]
    return a === undefined || b === undefined ? [] : [{ from: a, to: b }]
  })
  return {
    boxes: [...new Set(drawn.values())],
    edges: [...new Map(moved.map((edge) => [`${edge.from.key} ${edge.to.key}`, edge])).values()],
    leftOut,
  }
}
