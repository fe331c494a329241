import { hexOf, type Oklch } from './colour.ts'

type Palette = { [token: string]: Oklch }

/**
 * The colours of every screen, light and dark, both designed. Grounds are a cool neutral; there is one accent; four status hues, which never
 * speak without a shape and a word; and amber, which belongs to the lockbox viewer alone.
 */
export const LIGHT = {
  ground: [0.985, 0.003, 250],
  raised: [1, 0, 0],
  sunken: [0.962, 0.005, 250],
  line: [0.9, 0.007, 250],
  'line-strong': [0.62, 0.015, 250],
  ink: [0.23, 0.02, 260],
  'ink-soft': [0.43, 0.02, 258],
  accent: [0.45, 0.12, 255],
  'accent-strong': [0.38, 0.12, 257],
  'accent-ground': [0.955, 0.02, 250],
  'on-accent': [1, 0, 0],
  fine: [0.44, 0.1, 155],
  'fine-ground': [0.962, 0.03, 155],
  watch: [0.46, 0.1, 70],
  'watch-ground': [0.965, 0.04, 85],
  act: [0.46, 0.17, 27],
  'act-ground': [0.96, 0.025, 25],
  unknown: [0.43, 0.03, 285],
  'unknown-ground': [0.955, 0.01, 285],
  frame: [0.83, 0.155, 80],
  'on-frame': [0.22, 0.04, 70],
  'frame-ground': [0.988, 0.012, 90],
  'frame-expired': [0.48, 0.19, 27],
  'on-frame-expired': [1, 0, 0],
  highlight: [0.945, 0.07, 95],
} satisfies Palette

export const DARK: { [Token in keyof typeof LIGHT]: Oklch } = {
  ground: [0.19, 0.012, 258],
  raised: [0.225, 0.014, 258],
  sunken: [0.165, 0.012, 258],
  line: [0.32, 0.016, 258],
  'line-strong': [0.58, 0.02, 258],
  ink: [0.94, 0.006, 250],
  'ink-soft': [0.76, 0.014, 252],
  accent: [0.78, 0.1, 248],
  'accent-strong': [0.84, 0.08, 248],
  'accent-ground': [0.28, 0.04, 252],
  'on-accent': [0.17, 0.03, 258],
  fine: [0.8, 0.12, 155],
  'fine-ground': [0.27, 0.035, 155],
  watch: [0.84, 0.12, 82],
  'watch-ground': [0.285, 0.04, 78],
  act: [0.77, 0.13, 25],
  'act-ground': [0.28, 0.06, 25],
  unknown: [0.8, 0.03, 285],
  'unknown-ground': [0.28, 0.018, 285],
  frame: [0.79, 0.15, 78],
  'on-frame': [0.2, 0.04, 70],
  'frame-ground': [0.195, 0.012, 80],
  'frame-expired': [0.5, 0.19, 27],
  'on-frame-expired': [1, 0, 0],
  highlight: [0.35, 0.06, 95],
}

function declarations(palette: Palette, value: (colour: Oklch) => string): string {
  return Object.entries(palette)
    .map(([token, colour]) => `--${token}:${value(colour)};`)
    .join('')
}

const asOklch = ([lightness, chroma, hue]: Oklch): string => `oklch(${lightness} ${chroma} ${hue})`

/** The tokens as CSS: sRGB first, OKLCH where the browser knows it. */
export function tokensCss(): string {
  const themed = (value: (colour: Oklch) => string): string =>
    `:root{${declarations(LIGHT, value)}}@media (prefers-color-scheme:dark){:root{${declarations(DARK, value)}}}`
  return `${themed(hexOf)}@supports (color:oklch(0 0 0)){${themed(asOklch)}}@media print{:root{${declarations(LIGHT, hexOf)}}}`
}
