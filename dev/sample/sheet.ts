import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/base/time.ts'
import { wallClock } from '../../src/base/zone.ts'
import { PRACTICE_ZONE } from '../practice/sites.ts'

/** One sheet in the sample's folder on which stands what came to the outside of it, by the clock on the practice's wall. */
export function sheetIn(folder: string): string {
  return join(folder, 'outside.txt')
}

export function noteOn(sheet: string, words: string): void {
  const { hour, minute, second } = wallClock(systemClock.now(), PRACTICE_ZONE)
  const time = [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':')
  appendFileSync(sheet, `${time} ${words}\n`)
}

export function linesOn(sheet: string): string[] {
  return readFileSync(sheet, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}

export function emptySheet(sheet: string): void {
  writeFileSync(sheet, '')
}
