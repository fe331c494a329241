import bwip from 'bwip-js/node'
import { type Html, html, nothing } from '../../look/html.ts'

/** Code 128 (ISO/IEC 15417) as inline SVG, with its text under it. Text that it cannot hold is shown as text alone. */
export function code128(text: string): Html {
  const widths = widthsOf(text)
  const words = html`<figcaption class="mono">${text}</figcaption>`
  if (widths === undefined) return html`<figure class="code128">${words}</figure>`
  const total = widths.reduce((sum, width) => sum + width, 0)
  let at = 0
  const bars = widths.map((width, place) => {
    const bar = place % 2 === 0 ? html`<rect x="${at}" y="0" width="${width}" height="10"/>` : nothing
    at += width
    return bar
  })
  return html`<figure class="code128"><svg viewBox="0 0 ${total} 10" preserveAspectRatio="none" role="img" aria-label="Bar code ${text}">${bars}</svg>${words}</figure>`
}

function widthsOf(text: string): number[] | undefined {
  try {
    const [drawn] = bwip.raw('code128', text, {})
    return drawn !== undefined && 'sbs' in drawn ? [...drawn.sbs] : undefined
  } catch {
    return undefined
  }
}
