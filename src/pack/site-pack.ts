import { zstdDecompressSync } from 'node:zlib'
import { Failure } from '../base/failure.ts'
import { withKnownStatus } from '../chart/schedule.ts'
import { readAll } from './files.ts'
import { type DataKeys, dataKey } from './keyring.ts'
import type { OpenFile } from './layers.ts'
import type { Manifest, PackFile, SchedulePart, SiteSettings } from './pack.ts'
import { openBytes } from './seal.ts'
import { readStandbys, type StandbyKnown } from './standby-known.ts'

/** What a site needs besides the panel, open in memory; paper is opened one sheet at a time. */
export type SitePack = {
  readonly manifest: Manifest
  readonly schedule: SchedulePart
  readonly settings: SiteSettings
  readonly standbys: readonly StandbyKnown[] | 'not-understood'
  /** As it was published; see access/access.ts. */
  readonly people: unknown
  readonly paper: readonly { label: string; sizeBytes: number }[]
  /** The PDF of that label. Throws `permanent` when the pack has none. */
  readPaper(label: string): Promise<Uint8Array>
}

/** A schedule of a week at a large site is some megabytes; nothing is decompressed past this. */
const MOST_BYTES = 512 * 1024 * 1024

export async function openSitePack(request: { manifest: Manifest; keys: DataKeys; open: OpenFile }): Promise<SitePack> {
  const { manifest, keys } = request
  const read = async (file: PackFile): Promise<Buffer> => {
    const { practiceId, kind, packId } = manifest
    const sealed = await readAll(await request.open(file.name))
    return openBytes(dataKey(keys, file.keyId), { practiceId, kind, packId, role: file.role }, sealed)
  }
  const json = async (role: PackFile['role']): Promise<unknown> => {
    const [file, another] = manifest.files.filter((one) => one.role === role)
    if (file === undefined || another !== undefined)
      throw new Failure('permanent', `This pack should hold one ${role} part and does not. It is not used.`)
    const packed = await read(file)
    try {
      return JSON.parse(zstdDecompressSync(packed, { maxOutputLength: MOST_BYTES }).toString('utf8'))
    } catch (thrown) {
      throw new Failure('permanent', `The ${role} part of this pack opened, but is not as the format says.`, {
        cause: thrown,
      })
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sealed by prepareSite of the hub that signed the manifest
  const published = (await json('schedule')) as SchedulePart
  const schedule = { ...published, appointments: published.appointments.map(withKnownStatus) }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  const { standbys, ...settings } = (await json('settings')) as SiteSettings & { standbys?: unknown }
  const people = await json('people')
  const sheets = new Map(
    manifest.files.flatMap((file) => (file.role === 'paper' ? [[file.label ?? file.name, file]] : [])),
  )
  return {
    manifest,
    schedule,
    settings,
    standbys: readStandbys(standbys),
    people,
    paper: [...sheets].map(([label, { sizeBytes }]) => ({ label, sizeBytes })),
    async readPaper(label) {
      const file = sheets.get(label)
      if (file === undefined) throw new Failure('permanent', 'This pack does not hold that sheet.')
      return read(file)
    },
  }
}
