import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { sha256Hex } from '../base/hash.ts'
import { tokensCss } from './tokens.ts'

const require = createRequire(import.meta.url)
const here = import.meta.dirname

/** A file of an installed package, by its path inside the package. */
function packageFile(name: string, path: string): Buffer {
  // Not by require.resolve: packages may hide their files from it.
  const folders = require.resolve.paths(name) ?? []
  const found = folders.map((folder) => join(folder, name, path)).find((file) => existsSync(file))
  if (found === undefined) throw new Error(`the package ${name} is not installed`)
  return readFileSync(found)
}

const next = (file: string): Buffer =>
  packageFile('@fontsource/atkinson-hyperlegible-next', `files/atkinson-hyperlegible-next-${file}.woff2`)
const mono = (file: string): Buffer =>
  packageFile('@fontsource/atkinson-hyperlegible-mono', `files/atkinson-hyperlegible-mono-${file}.woff2`)
const style = (name: string): string => readFileSync(join(here, 'styles', `${name}.css`), 'utf8')

export type Asset = { type: string; bytes: Uint8Array; etag: string }

const MAKERS: { [path: string]: { type: string; make: () => Uint8Array | string } } = {
  'holdfast.css': {
    type: 'text/css; charset=utf-8',
    make: () =>
      [tokensCss(), ...['base', 'shell', 'parts', 'viewer', 'site', 'hub', 'plan', 'print'].map(style)].join('\n'),
  },
  'live.js': { type: 'text/javascript; charset=utf-8', make: () => readFileSync(join(here, 'client', 'live.js')) },
  'idiomorph.js': {
    type: 'text/javascript; charset=utf-8',
    make: () => packageFile('idiomorph', 'dist/idiomorph.esm.js'),
  },
  'next-400.woff2': { type: 'font/woff2', make: () => next('latin-400-normal') },
  'next-400-italic.woff2': { type: 'font/woff2', make: () => next('latin-400-italic') },
  'next-600.woff2': { type: 'font/woff2', make: () => next('latin-600-normal') },
  'next-700.woff2': { type: 'font/woff2', make: () => next('latin-700-normal') },
  'next-ext-400.woff2': { type: 'font/woff2', make: () => next('latin-ext-400-normal') },
  'mono-400.woff2': { type: 'font/woff2', make: () => mono('latin-400-normal') },
  'mono-600.woff2': { type: 'font/woff2', make: () => mono('latin-600-normal') },
  'favicon.svg': {
    type: 'image/svg+xml',
    make: () => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${MARK}</svg>`,
  },
}

/** Our mark: a closed ring around a bar, the lockbox. */
export const MARK =
  '<path d="M12 2 4 5v6c0 5 3.4 9.2 8 11 4.6-1.8 8-6 8-11V5z" fill="none" stroke="#4a79b8" stroke-width="2" stroke-linejoin="round"/><path d="M9 8v8M15 8v8M9 12h6" fill="none" stroke="#4a79b8" stroke-width="2" stroke-linecap="round"/>'

const made = new Map<string, Asset>()

/** What stands at `/look/<name>`, the same at the hub and at the site; undefined when there is none. No request ever leaves the practice. */
export function assetNamed(name: string): Asset | undefined {
  const known = made.get(name)
  if (known !== undefined) return known
  const maker = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined
  if (maker === undefined) return undefined
  const bytes = Buffer.from(maker.make())
  const asset = { type: maker.type, bytes, etag: `"${sha256Hex(bytes).slice(0, 20)}"` }
  made.set(name, asset)
  return asset
}

const icons = new Map<string, string>()

/** The drawing of a lucide icon (what stands inside its svg element). */
export function iconDrawing(name: string): string {
  let drawing = icons.get(name)
  if (drawing === undefined) {
    const svg = packageFile('lucide-static', `icons/${name}.svg`).toString('utf8')
    drawing = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>')).trim()
    icons.set(name, drawing)
  }
  return drawing
}
