import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWhole } from '../../base/durable.ts'
import type { JournalHandOver, JournalReceipt } from '../../pack/link.ts'

/** How far each file is known to be on the hub's disk. Kept durably, so a line is not offered for ever; offering one twice is harmless. */
export type HandedOver = { [file: string]: number }

const MOST_LINES = 1000
const MOST_BYTES = 1_000_000

const shape = z.record(z.string(), z.number())

export async function readHandedOver(folder: string): Promise<HandedOver> {
  try {
    return shape.parse(JSON.parse(await readFile(join(folder, 'handed-over.json'), 'utf8')))
  } catch {
    // Missing or unreadable: everything is offered again, and the hub keeps each line once.
    return {}
  }
}

export async function writeHandedOver(folder: string, handedOver: HandedOver): Promise<void> {
  await writeWhole(join(folder, 'handed-over.json'), JSON.stringify(handedOver))
}

/** The next lines to offer, oldest file first, at most 1,000 lines or about 1 MB; undefined when the hub has everything. */
export function nextHandOver(
  files: { file: string; header: string; lines: string[] }[],
  handedOver: HandedOver,
): JournalHandOver | undefined {
  for (const { file, header, lines } of files) {
    const through = handedOver[file] ?? 0
    if (through >= lines.length) continue
    const offered: string[] = []
    let sizeBytes = 0
    for (const line of lines.slice(through, through + MOST_LINES)) {
      if (offered.length > 0 && sizeBytes + line.length > MOST_BYTES) break
      offered.push(line)
      sizeBytes += line.length
    }
    return { file, header, from: through + 1, lines: offered }
  }
  return undefined
}

/** A receipt never moves back and never claims lines that were not offered. */
export function withReceipt(handedOver: HandedOver, receipt: JournalReceipt, offered: JournalHandOver): HandedOver {
  if (receipt.file !== offered.file) return handedOver
  const most = offered.from + offered.lines.length - 1
  const through = Math.min(receipt.through, most)
  return { ...handedOver, [receipt.file]: Math.max(handedOver[receipt.file] ?? 0, through) }
}
