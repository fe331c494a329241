import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, writeWhole } from '../../base/durable.ts'
import { Failure } from '../../base/failure.ts'
import type { Clock, Instant } from '../../base/time.ts'
import { instantAt } from '../../base/zone.ts'
import { checkFile } from './check.ts'
import type { Checked } from './checked.ts'
import type { FilesConfig } from './config.ts'
import type { CsvMapping } from './csv-mapping.ts'
import {
  foldersOf,
  isUnchanged,
  REASON_ENDING,
  type SettledFile,
  settledAmong,
  takenFiles,
  waitingFiles,
} from './drop-folder.ts'
import { type Taken, takenName } from './taken-name.ts'

export type Tools = {
  config: FilesConfig
  clock: Clock
  mapping: CsvMapping | undefined
  signal?: AbortSignal | undefined
}

/** What one look into the folder did. `waiting`: files that are still being written. `twice`: files whose content was taken in before. */
export type Look = { taken: number; waiting: number; twice: number }

type Judged = SettledFile & { checked: Exclude<Checked, { type: 'unfinished' }> }

/**
 * Takes in what is whole: each file is read through once, then moved, by one rename, to `done` or to `quarantine`. In a snapshot folder nothing is
 * taken while anything is still being written, because what lies there together belongs together.
 */
export async function takeIn(tools: Tools): Promise<Look> {
  const { config } = tools
  const names = await waitingFiles(config)
  if (names.length === 0) return { taken: 0, waiting: 0, twice: 0 }
  const ready = await judgedFiles(await settledAmong(names, config, tools.signal), tools)
  const waiting = names.length - ready.length
  if (config.deliveries === 'snapshot' && waiting > 0) return { taken: 0, waiting, twice: 0 }
  const before = await takenFiles(config)
  const known = new Set(before.map(({ hash }) => hash))
  const first = (before.at(-1)?.delivery ?? 0) + 1
  const apart = config.deliveries === 'changes'
  let taken = 0
  let twice = 0
  for (const file of ready) {
    const hash = await hashOf(join(config.folder, file.name))
    const delivery = apart ? first + taken : first
    // The same words again would undo what was said between: only a snapshot may say them twice.
    if (apart && known.has(hash)) {
      await rm(join(config.folder, file.name))
      twice += 1
    } else if (
      await moved(
        file,
        { delivery, place: apart ? 1 : taken + 1, hash, name: file.name, asOf: asOfOf(file, tools) },
        config,
      )
    ) {
      known.add(hash)
      taken += 1
    }
    if (config.settled.by === 'marker')
      await rm(join(config.folder, `${file.name}${config.settled.ending}`), { force: true })
  }
  await syncFolder(config.folder)
  return { taken, waiting, twice }
}

async function judgedFiles(files: SettledFile[], tools: Tools): Promise<Judged[]> {
  const judged: Judged[] = []
  for (const file of files) {
    if (tools.signal?.aborted) throw new Failure('transient', 'Looking into the drop folder was called off.')
    const checked = await checkFile(join(tools.config.folder, file.name), file.name, tools.config, tools.mapping)
    const settled = checked.type === 'unfinished' ? oldEnough(file, checked, tools) : checked
    if (settled !== undefined) judged.push({ ...file, checked: settled })
  }
  return judged
}

/** A file that looks cut off is waited for, unless its sender has said that it is whole. */
function oldEnough(
  file: SettledFile,
  checked: Checked & { type: 'unfinished' },
  tools: Tools,
): Judged['checked'] | undefined {
  const { config, clock } = tools
  if (config.settled.by === 'quiet' && clock.now() - file.changedAt < config.patienceMs) return undefined
  return checked.afterwards === 'good' ? { type: 'good' } : { type: 'bad', because: checked.because }
}

/** Moves a file to where it belongs; a file that was written to while it was read goes back and is waited for. */
async function moved(file: Judged, taken: Taken, config: FilesConfig): Promise<boolean> {
  const { drop, done, quarantine } = foldersOf(config)
  const name = takenName(taken)
  const folder = file.checked.type === 'bad' ? quarantine : done
  if (file.checked.type === 'bad') {
    const what = `${file.checked.because}\n\nNothing of this file was used. Mend it and drop it again under any name, or delete it and this note.\n`
    await writeWhole(join(folder, `${name}${REASON_ENDING}`), what)
  }
  await rename(join(drop, file.name), join(folder, name))
  if (await isUnchanged(file, join(folder, name))) {
    await syncFolder(folder)
    return true
  }
  await rename(join(folder, name), join(drop, file.name))
  await rm(join(folder, `${name}${REASON_ENDING}`), { force: true })
  return false
}

/** When the source said what stands in the file. A time in the future is the sender's error. */
function asOfOf(file: SettledFile, { config, clock }: Tools): Instant {
  const now = clock.now()
  if (config.asOf === 'changed') return Math.min(file.changedAt, now)
  const [, day, hour = '00', minute = '00', second = '00'] =
    /(?<!\d)(20\d{6})(?:[T_-]?(\d\d)(\d\d)(\d\d)?)?(?!\d)/.exec(file.name) ?? []
  const at =
    day &&
    instantAt(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`, `${hour}:${minute}:${second}`, config.zone)
  return Math.min(typeof at === 'number' && Number.isSafeInteger(at) ? at : file.changedAt, now)
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk)
  return hash.digest('hex').slice(0, 32)
}
