import { iconDrawing } from './assets.ts'
import { type Html, raw } from './html.ts'

/** A lucide icon beside a word; never alone, so it is hidden from readers. */
export function icon(name: string): Html {
  return raw(
    `<svg class="icon" aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${iconDrawing(name)}</svg>`,
  )
}
