/** A written procedure as people read it. `blank`: a line of it is still to be written. */
export type Block =
  | { kind: 'heading' | 'paragraph'; text: string; blank: boolean }
  | { kind: 'steps' | 'points'; lines: { text: string; blank: boolean }[] }

/** The little of Markdown that a procedure needs: headings, numbered steps, points, paragraphs. What is more than that stays as it is written. */
export function markdownBlocks(text: string): Block[] {
  const blocks: Block[] = []
  let open = false
  for (const line of text.split('\n').map((one) => one.trimEnd())) {
    const last = blocks.at(-1)
    const [, mark, words] = /^\s*(#{1,6}|\d+[.)]|[-*])\s+(.*)$/.exec(line) ?? []
    if (line.trim() === '') open = false
    else if (mark === undefined || words === undefined) {
      const told = line.trim()
      if (open && last?.kind === 'paragraph') append(last, told)
      else if (last !== undefined && 'lines' in last && (open || line.startsWith(' '))) append(last.lines.at(-1), told)
      else blocks.push({ kind: 'paragraph', text: told, blank: isBlank(told) })
      open = true
    } else if (mark.startsWith('#')) {
      blocks.push({ kind: 'heading', text: words, blank: isBlank(words) })
      open = false
    } else {
      const kind = /\d/.test(mark) ? 'steps' : 'points'
      const said = { text: words, blank: isBlank(words) }
      if (last?.kind === kind) last.lines.push(said)
      else blocks.push({ kind, lines: [said] })
      open = true
    }
  }
  return blocks
}

function append(to: { text: string; blank: boolean } | undefined, words: string): void {
  if (to === undefined) return
  to.text += ` ${words}`
  to.blank ||= isBlank(words)
}

function isBlank(words: string): boolean {
  return /\bTODO\b/.test(words)
}
