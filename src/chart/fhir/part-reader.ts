import type { Json } from './json.ts'

/** What some fields of an object say together; undefined when they cannot be read, '' when they say nothing. */
export type Finder = { fields: string[]; words: (holder: Json) => string | undefined }

/** Fields that say nothing by themselves. A `modifierExtension` is never among what was read. */
const SILENT = ['id', 'extension']

/** Reads an object part by part, and knows afterwards whether all of it was read. */
export class PartReader {
  hasUnread: boolean
  private readonly holder: Json
  private readonly left: Set<string>

  /** `known`: fields that are read elsewhere. */
  constructor(holder: Json, known: string[]) {
    this.holder = holder
    this.left = new Set(
      Object.keys(holder).filter(
        (field) => isSaid(holder[field]) && !SILENT.includes(field) && !known.includes(field) && !field.startsWith('_'),
      ),
    )
    this.hasUnread = this.left.size > 0
  }

  /** The words of all parts that are there. */
  all(finders: Finder[]): string[] {
    const words = finders.flatMap(({ fields, words: find }) => {
      if (!fields.some((field) => this.left.has(field))) return []
      const found = find(this.holder)
      if (found === undefined) return []
      for (const field of fields) this.left.delete(field)
      return found === '' ? [] : [found]
    })
    this.hasUnread = this.left.size > 0
    return words
  }

  /** The words of an object that is of use only as a whole; undefined when something of it was not read. */
  whole(finders: Finder[]): string | undefined {
    const words = this.all(finders)
    return this.hasUnread || words.length === 0 ? undefined : words.join(', ')
  }
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
}
