import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contrastRatio, hexOf } from './colour.ts'
import { DARK, LIGHT } from './tokens.ts'

const GROUNDS = ['ground', 'raised', 'sunken', 'frame-ground'] as const

for (const [theme, palette] of [
  ['light', LIGHT],
  ['dark', DARK],
] as const) {
  test(`clinical text has at least 7:1 on every ground (${theme})`, () => {
    for (const ground of GROUNDS) assert.ok(contrastRatio(palette.ink, palette[ground]) >= 7, `ink on ${ground}`)
  })

  test(`every other text has at least 4.5:1 where it stands (${theme})`, () => {
    for (const word of ['ink-soft', 'accent', 'fine', 'watch', 'act', 'unknown'] as const) {
      for (const ground of GROUNDS)
        assert.ok(
          contrastRatio(palette[word], palette[ground]) >= 4.5,
          `${word} on ${ground}: ${contrastRatio(palette[word], palette[ground])}`,
        )
    }
    for (const status of ['fine', 'watch', 'act', 'unknown'] as const) {
      assert.ok(contrastRatio(palette[status], palette[`${status}-ground`]) >= 4.5, `${status} on its ground`)
      assert.ok(contrastRatio(palette.ink, palette[`${status}-ground`]) >= 7, `ink on ${status}-ground`)
    }
    for (const [word, ground] of [
      ['on-accent', 'accent'],
      ['on-frame', 'frame'],
      ['on-frame-expired', 'frame-expired'],
      ['accent', 'accent-ground'],
      ['ink', 'highlight'],
    ] as const) {
      assert.ok(contrastRatio(palette[word], palette[ground]) >= 4.5, `${word} on ${ground}`)
    }
  })

  test(`edges of controls have at least 3:1 (${theme})`, () => {
    for (const ground of ['ground', 'raised'] as const)
      assert.ok(contrastRatio(palette['line-strong'], palette[ground]) >= 3, ground)
  })
}

test('the conversion agrees with known colours', () => {
  assert.equal(hexOf([1, 0, 0]), '#ffffff')
  assert.equal(hexOf([0, 0, 0]), '#000000')
  // sRGB red is oklch(0.62796 0.25768 29.234) in CSS Color 4.
  assert.equal(hexOf([0.62796, 0.25768, 29.234]), '#ff0000')
})
