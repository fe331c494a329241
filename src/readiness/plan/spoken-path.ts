import { BLANK_ENTRY, type Path } from '../../base/yaml-text.ts'

const NTH = ['th', 'st', 'nd', 'rd'] as const

/** A place of the plan as people name it: `phone of east`, `number of the 2nd of phones of kim`; an entry by its id, else its name, else its place. */
export function spokenPath(path: Path, written: unknown, whole: string): string {
  const words: string[] = []
  let held: unknown = written
  for (const step of path.filter((one) => one !== BLANK_ENTRY)) {
    held = typeof held === 'object' && held !== null ? Reflect.get(held, step) : undefined
    if (typeof step === 'string') words.unshift(step)
    else words.splice(0, 1, ...entry(held, step, words[0] ?? whole))
  }
  return words.length === 0 ? whole : words.join(' of ')
}

function entry(held: unknown, nth: number, list: string): string[] {
  for (const key of ['id', 'name']) {
    const said: unknown = typeof held === 'object' && held !== null ? Reflect.get(held, key) : undefined
    if (typeof said === 'string' && said.trim() !== '') return [said]
  }
  return [`the ${ordinal(nth + 1)}`, list]
}

function ordinal(count: number): string {
  const teen = Math.floor(count / 10) % 10 === 1
  return `${count}${teen ? 'th' : (NTH[count % 10] ?? 'th')}`
}
