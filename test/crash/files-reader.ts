import { readFile } from 'node:fs/promises'
import { writeWhole } from '../../src/base/durable.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import { filesConfig } from '../../src/connect/files/config.ts'
import { openFilesSource } from '../../src/connect/files/connector.ts'

/**
 * A reader to be killed: `node files-reader.ts <folder> <state file>` reads again and again; the state (cursor and the patients seen) is
 * written whole after each end, as a transaction would. A line is printed after each read.
 */
const [folder = '', state = ''] = process.argv.slice(2)
const config = filesConfig.parse({ id: 'drop', kind: 'files', folder, zone: 'UTC', settled: { by: 'rename' } })
const source = await openFilesSource(config, { log: silentLog, clock: systemClock })
const held: { cursor: { delivery: number } | null; patients: string[] } = await readFile(state, 'utf8').then(
  JSON.parse,
  () => ({
    cursor: null,
    patients: [],
  }),
)
while (true) {
  const seen: string[] = []
  try {
    for await (const part of source.read({ cursor: held.cursor, window: { from: 0, to: 1 } })) {
      if (part.type === 'charts')
        for (const change of part.changes) if (change.type === 'patient') seen.push(change.patientId)
      if (part.type !== 'end') continue
      held.cursor = { delivery: Number(part.cursor.delivery) }
      held.patients.push(...seen)
      await writeWhole(state, JSON.stringify(held))
    }
  } catch {
    // Nothing has come yet.
  }
  console.log(held.patients.length)
}
