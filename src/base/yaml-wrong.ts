import { Lexer, type YAMLParseError } from 'yaml'

/** What is wrong with a text as YAML: from which character on, in words, and what to write instead. */
type NotYaml = { offset: number; says: string; instead: string }

/** What the parser met, as the writer of the file can mend it: where a quote was opened rather than where the file ended, and the line as it should be. */
export function yamlWrong(text: string, errors: readonly YAMLParseError[]): NotYaml[] {
  const opened = openedQuote(text)
  if (opened !== undefined) return [opened]
  return errors.map(({ pos: [offset], code, message }) => {
    const line = lineAt(text, offset)
    const [, before, value] = /^\s*((?:- +)?[^\s:"'#][^:"'#]*: +)([^"'[{|>#].*: .*)$/.exec(line) ?? []
    if ((code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'MULTILINE_IMPLICIT_KEY') && before !== undefined)
      return {
        offset,
        says: 'not YAML: a text with ": " in it wants quotes around it',
        instead: `${before}"${(value ?? '').trimEnd().replaceAll(/["\\]/g, '\\$&')}"`,
      }
    return { offset, says: `not YAML: ${message}`, instead: '' }
  })
}

/** What the lexer says between the texts: they stand in no file. */
const MARKS = new Set(['\u0002', '\u0018', '\u001F'])

/** The first quote that is not closed on its line: where one is missing, the next that is written closes it, and all after is misread. */
function openedQuote(text: string): NotYaml | undefined {
  let offset = 0
  for (const token of new Lexer().lex(text)) {
    if (MARKS.has(token)) continue
    if (/^["']/.test(token) && (token.includes('\n') || token.length < 2 || !token.endsWith(token.slice(0, 1)))) {
      const quote = token.slice(0, 1)
      const rest = token.split('\n', 1)[0]?.trimEnd() ?? ''
      return {
        offset,
        says: `not YAML: the quote that is opened here (${quote}) is not closed on this line`,
        instead: `${rest}${quote}`,
      }
    }
    offset += token.length
  }
  return undefined
}

function lineAt(text: string, offset: number): string {
  const begins = text.lastIndexOf('\n', Math.max(0, offset - 1)) + 1
  return text.slice(begins).split(/\r?\n/, 1)[0] ?? ''
}
