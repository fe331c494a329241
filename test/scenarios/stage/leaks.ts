import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { recordOf } from '../../../dev/practice/practice.ts'
import type { Stage } from './stage.ts'

/** Something that stands where it must not. `what` names the kind and a number, never the thing itself. */
export type Leak = { file: string; what: string }

/** What leads to one patient, and every secret of the stage. */
export type Needles = {
  families: ReadonlyMap<string, number>
  ids: ReadonlyMap<string, number>
  secrets: readonly string[]
}

/** Names shorter than this are words of English as well. */
const SHORTEST = 6

export function needlesOf(stage: Stage, more: { names?: string[]; secrets?: string[] } = {}): Needles {
  const { practice } = stage.sample
  const families = new Map<string, number>()
  const ids = new Map<string, number>()
  for (let id = 1; id <= practice.patients; id++) {
    const { patient, former_name: former } = recordOf(practice, id)
    for (const name of [patient.family_name, ...former.map((one) => one.family_name)])
      for (const part of name.split(/[\s-]+/)) if (part.length >= SHORTEST) families.set(part.toLowerCase(), id)
    const born = patient.birth_date ?? ''
    const [year = '', month = '', day = ''] = born.split('-')
    const us = `${Number(month)}/${Number(day)}/${year}`
    const phones = [patient.phone_home, patient.phone_mobile, patient.phone_work]
    for (const text of [patient.mrn, ...(day === '' ? [] : [born, us]), ...phones, patient.address_line])
      if (text !== null) ids.set(text.toLowerCase(), id)
  }
  // People who work here have names of the same making, and those are no secret.
  for (const { family_name } of practice.staff.all)
    for (const part of family_name.split(/[\s-]+/)) families.delete(part.toLowerCase())
  for (const name of more.names ?? []) families.set(name.toLowerCase(), 0)
  const secrets = [...stage.secrets(), ...(more.secrets ?? [])].filter((secret) => secret.length >= SHORTEST)
  return { families, ids, secrets: [...new Set(secrets)] }
}

/** What the databases keep for themselves is theirs to guard (a disk that is encrypted); their logs are ours. */
const OWN_DATA = [/^ehr(-[^/]*)?\/(primary|standby)\/(?!log\/)/, /^hub\/postgres\/(?!log\/)/]

/** Looks through every log and every file of the stage; gives what was found, and how much was looked through. */
export async function leaks(stage: Stage, needles: Needles): Promise<{ found: Leak[]; files: number; bytes: number }> {
  const found: Leak[] = []
  let files = 0
  let bytes = 0
  for (const path of await filesBelow(stage.folder)) {
    const file = relative(stage.folder, path).split(sep).join('/')
    if (OWN_DATA.some((own) => own.test(file))) continue
    const content = await readFile(path)
    files++
    bytes += content.length
    found.push(...leaksIn(content.toString('utf8'), needles).map((what) => ({ file, what })))
  }
  return { found, files, bytes }
}

/** What one text gives away. */
export function leaksIn(text: string, { families, ids, secrets }: Needles): string[] {
  const found = new Set<string>()
  for (const [word] of text.matchAll(/\p{L}{6,}/gu)) {
    const id = families.get(word.toLowerCase())
    if (id !== undefined) found.add(`the name of patient ${id}`)
  }
  const shapes =
    /\bHV\d{7,8}\b|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}\/\d{1,2}\/\d{4}\b|\(\d{3}\) \d{3}-\d{4}|\b\d{1,4} \w+ (?:Street|Avenue|Road|Court|Lane)\b/gi
  for (const [shape] of text.matchAll(shapes)) {
    const id = ids.get(shape.toLowerCase())
    if (id !== undefined) found.add(`an MRN, a birth date, a telephone or an address of patient ${id}`)
  }
  for (const [nth, secret] of secrets.entries()) if (text.includes(secret)) found.add(`secret ${nth}`)
  return [...found]
}

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && (await stat(path).catch(() => undefined)) !== undefined) found.push(path)
  }
  return found
}
