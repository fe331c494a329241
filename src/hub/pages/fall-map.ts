import { type Html, html, nothing } from '../../look/html.ts'
import { type Fallen, fallSteps } from '../../readiness/map/fall-steps.ts'
import type { Plan } from '../../readiness/readiness.ts'
import { influenceOf } from '../../readiness/without/influence.ts'
import { nodesGoneWith } from '../../readiness/without/removals.ts'
import { keyOf, type Loss, type Removal } from '../../readiness/without/without.ts'
import { type Box, type Edge, fitColumns } from './fall-columns.ts'
import { countOf } from './words.ts'

const COLUMNS = ['Taken out', 'Falls at once', 'Falls with that', 'Cannot be finished']
const [WIDTH, HEIGHT, ACROSS, DOWN, TOP] = [176, 40, 220, 50, 34]

/**
 * What falls, drawn from left to right: what is taken out, what needs it, what needs that, and the scenarios whose answer then fails. What stands is
 * not drawn, so that it is legible on one sheet; each box says by its frame and a word what it is, also without colour.
 */
export function fallMap(plan: Plan, removed: readonly Removal[], losses: readonly Loss[]): Html {
  const all = boxesOf(plan, removed, losses)
  const { boxes, edges, leftOut } = fitColumns(all, edgesOf(plan, removed, all))
  const rows = Math.max(1, ...boxes.map(({ row }) => row + 1))
  const size = { width: ACROSS * (COLUMNS.length - 1) + WIDTH + 4, height: TOP + rows * DOWN }
  const label = `${removed.map(({ name }) => name).join(' and ')} taken out: ${COLUMNS.slice(1)
    .map(
      (heading, nth) =>
        `${heading.toLowerCase()}: ${countOf(all.filter(({ column }) => column === nth + 1).length, 'thing')}`,
    )
    .join('; ')}. The lists below say which.`
  return html`<figure class="fall-map"><div tabindex="0" role="group" aria-label="What falls, drawn; wider than a small screen: scroll it sideways"><svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${label}">${COLUMNS.map(
    (heading, nth) => html`<text class="heading" x="${nth * ACROSS + 2}" y="18">${heading}</text>`,
  )}${edges.map((edge) => html`<path d="${way(edge)}"/>`)}${boxes.map(
    (box) =>
      html`<g class="${box.look}"><rect x="${x(box)}" y="${y(box)}" width="${WIDTH}" height="${HEIGHT}" rx="${box.look === 'unfinished' ? 12 : 2}"/>${box.words.map(
        (line, nth) =>
          html`<text x="${x(box) + 8}" y="${y(box) + (box.words.length === 1 ? 25 : 17) + nth * 16}">${line}</text>`,
      )}</g>`,
  )}</svg></div><figcaption class="soft small">Thick frame: taken out. Dashed frame: falls with it. Round frame: a scenario whose answer cannot be carried through. What stands is not drawn.${leftOut.length === 0 ? nothing : html`<br>Not drawn one by one, and falls as well: ${leftOut.map(({ name }) => name).join(', ')}.`}</figcaption></figure>`
}

/** To the next column straight; further, through the gap between rows above the box that it leads to, so that it runs behind none. */
function way({ from, to }: Edge): string {
  const [x1, y1, x2, y2] = [x(from) + WIDTH, y(from) + HEIGHT / 2, x(to), y(to) + HEIGHT / 2]
  const gap = ACROSS - WIDTH
  const bend = (xa: number, ya: number, xb: number, yb: number): string =>
    `C${xa + gap / 2} ${ya} ${xb - gap / 2} ${yb} ${xb} ${yb}`
  if (to.column - from.column === 1) return `M${x1} ${y1} ${bend(x1, y1, x2, y2)}`
  const level = y(to) - (DOWN - HEIGHT) / 2
  return `M${x1} ${y1} ${bend(x1, y1, x1 + gap, level)} H${x2 - gap} ${bend(x2 - gap, level, x2, y2)}`
}

const x = ({ column }: Box): number => column * ACROSS + 2
const y = ({ row }: Box): number => TOP + row * DOWN

function boxesOf(plan: Plan, removed: readonly Removal[], losses: readonly Loss[]): Box[] {
  const own = removed.map(({ id }) => id)
  const first = nodesGoneWith(plan, removed).filter((id) => !own.includes(id))
  const named = (id: string): string => plan.map.nodes.find((node) => node.id === id)?.name ?? id
  const direct: Fallen[] = first.map((id) => ({ id, name: named(id), step: 1, from: [] }))
  const later = fallSteps(plan, nodesGoneWith(plan, removed)).map((one) => ({
    ...one,
    step: one.step + (first.length > 0 ? 1 : 0),
  }))
  const rows = [0, 0, 0, 0]
  const put = (key: string, name: string, look: Box['look'], column: number): Box => {
    const row = rows[column] ?? 0
    rows[column] = row + 1
    return { key, name, words: inTwoLines(name), look, column, row }
  }
  return [
    ...removed.map((one) => put(keyOf(one), `✕ ${one.name}`, 'taken', 0)),
    ...[...direct, ...later].map(({ id, name, step }) => put(`node:${id}`, name, 'falls', step === 1 ? 1 : 2)),
    ...losses
      .filter(({ kind }) => kind === 'unfinished')
      .map(({ id, name }) => put(`scenario:${id}`, name, 'unfinished', 3)),
  ]
}

function edgesOf(plan: Plan, removed: readonly Removal[], boxes: readonly Box[]): Edge[] {
  const influence = influenceOf(plan)
  const boxOf = new Map(boxes.map((box) => [box.key, box]))
  const taken = new Map(removed.map((one) => [`node:${one.id}`, boxOf.get(keyOf(one))]))
  const nodeBox = (id: string): Box | undefined => boxOf.get(`node:${id}`) ?? taken.get(`node:${id}`)
  const join = (from: Box | undefined, to: Box | undefined): Edge[] =>
    from === undefined || to === undefined || from.column >= to.column ? [] : [{ from, to }]
  /** A vendor's lines, a person's own place on the map: gone with that one, and not by what they need. */
  const ownerOf = (id: string): Box | undefined => {
    const owner = removed.find((one) => nodesGoneWith(plan, [one]).includes(id))
    return owner === undefined ? undefined : boxOf.get(keyOf(owner))
  }
  const toNodes = plan.map.nodes.flatMap((node) => {
    const to = boxOf.get(`node:${node.id}`)
    // Of a group that still has one, none is why this falls.
    const groups = node.needsOneOf.filter((group) => group.every((id) => nodeBox(id) !== undefined))
    const needed = [...node.needs, ...groups.flat()].map(nodeBox)
    return [ownerOf(node.id), ...needed].flatMap((from) => join(from, to))
  })
  const toScenarios = plan.scenarios.scenarios.flatMap((scenario) => {
    const to = boxOf.get(`scenario:${scenario.id}`)
    const runbook = plan.runbooks.runbooks.find(({ id }) => id === scenario.runbook)
    const from = (runbook?.steps ?? []).flatMap((step) => step.with).flatMap((id) => join(nodeBox(id), to))
    if (from.length > 0) return from
    return removed
      .filter((one) => influence(one).has(`runbook:${scenario.runbook}`))
      .flatMap((one) => join(boxOf.get(keyOf(one)), to))
  })
  const all = [...toNodes, ...toScenarios]
  return [...new Map(all.map((edge) => [`${edge.from.key} ${edge.to.key}`, edge])).values()]
}

const LINE = 23

/** Broken between words; the rest of a very long name is cut, and stands whole in the lists. */
function inTwoLines(name: string): string[] {
  if (name.length <= LINE) return [name]
  const at = name.lastIndexOf(' ', LINE)
  const first = name.slice(0, at > 0 ? at : LINE)
  const rest = name.slice(first.length).trim()
  return [first, rest.length > LINE ? `${rest.slice(0, LINE - 1)}…` : rest]
}
