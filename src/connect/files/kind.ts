/** What a file is, by its name. */
export type FileKind = 'ndjson' | 'json' | 'csv'

export function kindOf(name: string): FileKind | undefined {
  const plain = name.toLowerCase().replace(/\.gz$/, '')
  if (/\.(ndjson|jsonl)$/.test(plain)) return 'ndjson'
  if (plain.endsWith('.json')) return 'json'
  return /\.(csv|tsv|txt)$/.test(plain) ? 'csv' : undefined
}
