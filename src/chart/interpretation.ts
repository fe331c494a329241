import type { Observation } from './chart.ts'

type Flag = NonNullable<Observation['flag']>

/** HL7 table 0078 and v3-ObservationInterpretation, by code and in words. A HU or LU is a significant, not yet a critical one. */
const FLAGS = new Map(
  (
    [
      ['critical-low', ['ll', '<', 'critical low', 'critically low', 'panic low']],
      ['critical-high', ['hh', '>', 'critical high', 'critically high', 'panic high']],
      ['low', ['l', 'lu', 'low', 'significantly low']],
      ['high', ['h', 'hu', 'high', 'significantly high']],
      ['abnormal', ['a', 'aa', 'abnormal', 'critically abnormal', 'pos', 'positive', 'r', 'resistant']],
    ] satisfies [Flag, string[]][]
  ).flatMap(([flag, words]) => words.map((word): [string, Flag] => [word, flag])),
)
/** Nobody has to be told of these; the value says it. */
const QUIET = new Set([
  'n',
  'normal',
  'within normal limits',
  'neg',
  'negative',
  'nd',
  'not detected',
  'nr',
  'non reactive',
])
/** A flag does not say what these say. */
const SAID_TOO = new Set(['r', 'resistant'])
const WORST: readonly Flag[] = ['critical-low', 'critical-high', 'low', 'high', 'abnormal']

/**
 * What a laboratory says a value means. `interpretations`: for each its codes and, last, its words. The worst flag of several counts; what no flag can
 * say, or is not known here, comes back as `words`, to stand beside the value: a critical result must not look like any other.
 */
export function interpretationIn(interpretations: string[][]): { flag?: Flag; words?: string } {
  const all = interpretations
    .map((said) => said.map((word) => word.trim()).filter((word) => word !== ''))
    .filter((said) => said.length > 0)
  const flags = all.flat().flatMap((word) => FLAGS.get(plain(word)) ?? [])
  const flag = WORST.find((one) => flags.includes(one))
  const unsaid = all.filter((said) => {
    const plainly = said.map(plain)
    return plainly.some((word) => SAID_TOO.has(word)) || !plainly.some((word) => FLAGS.has(word) || QUIET.has(word))
  })
  const words = [...new Set(unsaid.map((said) => said.at(-1)))].join(', ')
  return { ...(flag === undefined ? {} : { flag }), ...(words === '' ? {} : { words: `Interpretation: ${words}` }) }
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[\s_-]+/g, ' ')
}
