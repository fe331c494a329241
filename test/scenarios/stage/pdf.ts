import { inflateSync } from 'node:zlib'

/** How many pages a PDF has, counted from its page objects, also where they stand in compressed object streams. */
export function pdfPages(pdf: Uint8Array): number {
  const raw = Buffer.from(pdf)
  const text = raw.toString('latin1')
  if (!text.startsWith('%PDF-')) throw new Error('this is no PDF')
  let pages = pagesIn(text)
  for (const match of text.matchAll(/\/Type\s*\/ObjStm[\s\S]*?stream\r?\n/g)) {
    const from = match.index + match[0].length
    const to = text.indexOf('endstream', from)
    pages += pagesIn(inflateSync(raw.subarray(from, to)).toString('latin1'))
  }
  return pages
}

function pagesIn(text: string): number {
  return [...text.matchAll(/\/Type\s*\/Page\b(?!s)/g)].length
}
