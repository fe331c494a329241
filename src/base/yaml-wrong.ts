import { type ErrorCode, Lexer, type YAMLParseError } from 'yaml'

/** What is wrong with a text as YAML: from which character on, in words, and what to write instead. */
type NotYaml = { offset: number; says: string; instead: string }

/** What the parser met, as the writer of the file can mend it: where a quote was opened rather than where the file ended, and the line as it should be. */
export function yamlWrong(text: string, errors: readonly YAMLParseError[]): NotYaml[] {
  const opened = openedQuote(text)
  if (opened !== undefined) return [opened]
  const found = errors.map(({ pos: [offset], code }): NotYaml => {
    const line = lineAt(text, offset)
    const [, before, value] = /^\s*((?:- +)?[^\s:"'#][^:"'#]*: +)([^"'[{|>#].*: .*)$/.exec(line) ?? []
    if ((code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'MULTILINE_IMPLICIT_KEY') && before !== undefined)
      return {
        offset,
        says: 'not YAML: a text with ": " in it wants quotes around it',
        instead: `${before}"${(value ?? '').trimEnd().replaceAll(/["\\]/g, '\\$&')}"`,
      }
    return { offset, says: `not YAML: ${WORDS[code] ?? UNEXPECTED}`, instead: INSTEAD[code] ?? '' }
  })
  // One slip makes the parser stumble again right behind it.
  return found.filter(({ says }, nth) => nth === 0 || says !== `not YAML: ${UNEXPECTED}`)
}

const UNEXPECTED =
  'something stands here that does not belong to what is before it. Look at the indentation, and put quotes around a text with special characters'

/** In our own words, by the parser's code: its messages name its functions and tokens. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'what begins with * repeats something and cannot have a name or a tag of its own',
  BAD_ALIAS: 'what begins with * needs the name of something before it; a text that begins with * or & wants quotes',
  BAD_DIRECTIVE: 'a line that begins with % is an instruction to the reader, and not one that is known',
  BAD_DQ_ESCAPE:
    'within "..." a backslash begins a special character, and this is none. Write it twice, or use single quotes',
  BAD_INDENT: 'this line does not begin in the same column as the others of its group',
  BAD_SCALAR_START: 'a text cannot begin with this character: put quotes around it',
  BAD_COLLECTION_TYPE: 'the tag here does not fit what follows it',
  BAD_PROP_ORDER: 'a name (&) or a tag (!) stands in the wrong place',
  BLOCK_AS_IMPLICIT_KEY:
    'a group cannot stand on one line with the key of another. A text with ": " in it wants quotes',
  BLOCK_IN_FLOW: 'lines that begin with "-" or are indented cannot stand within [ ] or { }',
  DUPLICATE_KEY: 'Map keys must be unique: this key is there twice in one group',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters. Is a quote or a colon missing before it?',
  MISSING_CHAR: 'a bracket, brace, quote or colon is missing, or what was opened before is not closed',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line, with its colon',
  MULTIPLE_ANCHORS: 'only one name (&) may stand here',
  MULTIPLE_DOCS:
    'a second document begins here (--- or ...): a file holds one. Take this line out, or write what follows into a file of its own',
  MULTIPLE_TAGS: 'only one tag (!) may stand here',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'it is nested more deeply than any such file is',
  TAB_AS_INDENT: 'a tab stands at the beginning of this line: use spaces',
  TAG_RESOLVE_FAILED: 'the tag (!) here is not known. A text that begins with ! wants quotes',
}

const INSTEAD: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'two spaces for each level',
  BAD_SCALAR_START: '"..." around the text',
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
