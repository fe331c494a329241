import type { Driver } from './mapping.ts'

/** A query of a mapping, cut at its `:names`: `texts` has one more than `names`. */
export type Statement = { texts: string[]; names: string[] }

/**
 * Finds `:name` parameters where they are parameters: not in strings, quoted names, comments, PostgreSQL's `::casts` and `$tag$ strings $tag$`.
 * Never throws: an unfinished string runs to the end.
 */
export function parseStatement(sql: string, driver: Driver): Statement {
  const texts: string[] = []
  const names: string[] = []
  let from = 0
  let at = 0
  while (at < sql.length) {
    const skipped = skip(sql, at, driver)
    if (skipped > at) {
      at = skipped
      continue
    }
    const name = sql[at] === ':' ? /^:([A-Za-z_]\w*)/.exec(sql.slice(at, at + 64))?.[1] : undefined
    if (name === undefined) {
      at += sql.startsWith('::', at) ? 2 : 1
      continue
    }
    texts.push(sql.slice(from, at))
    names.push(name)
    at += name.length + 1
    from = at
  }
  texts.push(sql.slice(from))
  return { texts, names }
}

/** Whether, outside of strings and comments, the text is one statement that begins with a word that reads. */
export function readsOnly(sql: string, driver: Driver): boolean {
  const bare = stripped(sql, driver)
  return /^\(*\s*(select|with|values|table|show)\b/i.test(bare) && !/;\s*\S/.test(bare)
}

export function stripped(sql: string, driver: Driver): string {
  let bare = ''
  let at = 0
  while (at < sql.length) {
    const skipped = skip(sql, at, driver)
    bare += skipped > at ? ' ' : sql[at]
    at = Math.max(skipped, at + 1)
  }
  return bare.trim().replace(/;$/, '').trim()
}

/** Where the string, quoted name or comment that begins at `at` ends; `at` itself when none begins there. */
function skip(sql: string, at: number, driver: Driver): number {
  const here = sql[at]
  if (sql.startsWith('--', at) || (driver === 'mysql' && here === '#')) return endOf(sql, '\n', at)
  if (sql.startsWith('/*', at)) return endOf(sql, '*/', at + 2)
  if (here === "'") {
    const escapes = driver === 'mysql' || /(^|\W)e$/i.test(sql.slice(Math.max(0, at - 2), at))
    return quoted(sql, at, "'", escapes)
  }
  if (here === '"') return quoted(sql, at, '"', driver === 'mysql')
  if (here === '`' && driver === 'mysql') return quoted(sql, at, '`', false)
  if (here === '$' && driver === 'postgres') {
    const tag = /^\$([A-Za-z_]\w*)?\$/.exec(sql.slice(at, at + 66))?.[0]
    if (tag !== undefined) return endOf(sql, tag, at + tag.length)
  }
  return at
}

function endOf(sql: string, closing: string, from: number): number {
  const found = sql.indexOf(closing, from)
  return found < 0 ? sql.length : found + closing.length
}

function quoted(sql: string, from: number, quote: string, escapes: boolean): number {
  for (let at = from + 1; at < sql.length; at++) {
    if (escapes && sql[at] === '\\') at++
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1
      at++
    }
  }
  return sql.length
}
