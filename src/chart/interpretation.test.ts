import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interpretationIn } from './interpretation.ts'

test('an interpretation is a flag, or stands in words, and is never lost', () => {
  const table: [string[][], string | undefined, string | undefined][] = [
    [[], undefined, undefined],
    [[['']], undefined, undefined],
    [[['H', 'High']], 'high', undefined],
    [[['HU']], 'high', undefined],
    [[['LL', 'Critically low']], 'critical-low', undefined],
    [[['Panic High']], 'critical-high', undefined],
    [[['critically_low']], 'critical-low', undefined],
    [[['A'], ['HH']], 'critical-high', undefined],
    [[['POS']], 'abnormal', undefined],
    [[['N', 'Normal']], undefined, undefined],
    [[['NEG']], undefined, undefined],
    [[['R', 'Resistant']], 'abnormal', 'Interpretation: Resistant'],
    [[['I', 'Intermediate']], undefined, 'Interpretation: Intermediate'],
    [[['S']], undefined, 'Interpretation: S'],
    [[['CRIT', 'Critical']], undefined, 'Interpretation: Critical'],
    [[['H'], ['*!']], 'high', 'Interpretation: *!'],
    [[['constructor']], undefined, 'Interpretation: constructor'],
  ]
  for (const [said, flag, words] of table) {
    const found = interpretationIn(said)
    assert.deepEqual([found.flag, found.words], [flag, words], JSON.stringify(said))
  }
})
