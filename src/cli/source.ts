import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { inWords } from '../base/complaint.ts'
import { Failure } from '../base/failure.ts'
import { systemClock } from '../base/time.ts'
import { type Chart, SECTION_NAMES } from '../chart/chart.ts'
import { isCsvMapping, readCsvMapping } from '../connect/files/csv-mapping.ts'
import { tryCsv } from '../connect/files/try-csv.ts'
import { checkSource, type SourceReport } from '../connect/sql/check.ts'
import { mappingFile, readMappingFile, SHIPPED } from '../connect/sql/read-mapping.ts'

/** `holdfast source check FILE`: everything wrong with a mapping at once, and ten patients as it maps them. Exit code 1 when something is wrong. */
export function sourceCommand(say: Say = (line) => console.log(line)): Command {
  const source = new Command('source').description('EHR sources')
  source
    .command('check')
    .description('Hold a mapping file against its database, and show ten patients as it maps them (masked).')
    .argument('<file>', `a mapping file, or one that comes with Holdfast: ${SHIPPED.join(', ')}`)
    .argument('[csv...]', 'with a mapping of CSV files: files to try it on; they are left as they are')
    .option('--show', 'show names and values as they are; they are patient data')
    .action(async (file: string, csv: string[], { show = false }: { show?: boolean }) => {
      const text = await readFile(mappingFile(file), 'utf8').catch(() => '')
      process.exitCode = (
        isCsvMapping(text)
          ? await checkCsv(text, file, { files: csv, show }, say)
          : await check(file, show, say)
      )
        ? 0
        : 1
    })
  return source
}

type Say = (line: string) => void

/** Whether a mapping of CSV files can be used, and what it makes of the files that are named. */
async function checkCsv(
  text: string,
  file: string,
  { files, show }: { files: string[]; show: boolean },
  say: Say,
): Promise<boolean> {
  const read = readCsvMapping(text, file)
  if ('complaints' in read) {
    for (const complaint of read.complaints) say(complaint)
    return false
  }
  for (const { match, holds, fields } of read.mapping.rules)
    say(`${match} holds ${holds}: ${Object.keys(fields).join(', ')}.`)
  let good = true
  for (const path of files) {
    const tried = await tryCsv(path, read.mapping, systemClock.now())
    if ('bad' in tried) {
      good = false
      say(`${path}: nothing of it can be used. ${tried.bad}`)
      continue
    }
    say(`${path}: ${tried.used} records are used.`)
    for (const line of tried.tally.lines(show)) say(line)
    for (const { because, records, where } of tried.aside) say(`Quarantined (${records}, first ${where}): ${because}`)
  }
  if (files.length === 0) say('The mapping can be used. Name CSV files after it to see what it makes of them.')
  return good
}

/** Whether the mapping can be used. */
async function check(file: string, show: boolean, say: Say): Promise<boolean> {
  const read = await readMappingFile(file).catch((thrown: unknown) => {
    if (!(thrown instanceof Failure)) throw thrown
    say(thrown.message)
    return undefined
  })
  if (read === undefined) return false
  for (const complaint of read.complaints) say(inWords(complaint))
  if (read.mapping === undefined) {
    say('The mapping cannot be used as it stands; its database was not asked.')
    return false
  }
  const report = await checkSource(read.mapping, process.env, systemClock)
  for (const line of reportInWords(report, show)) say(line)
  return report.complaints.every((complaint) => complaint.weight === 'warning')
}

export function* reportInWords(report: SourceReport, show: boolean): Iterable<string> {
  for (const complaint of report.complaints) yield inWords(complaint)
  if (report.where === undefined) return
  yield `${report.where}.`
  yield `${report.count.patients} patients; ${report.schedule ? `${report.count.appointments} appointments from yesterday to a week ahead` : 'no schedule in this mapping'}.`
  if (report.notReceived.length > 0)
    yield `Not in this mapping, so shown as not received: ${report.notReceived.join(', ')}.`
  for (const { because, records } of report.aside) yield `Quarantined (${records}): ${because}`
  yield* report.tally.lines(show)
  for (const chart of report.patients) yield chartInWords(chart, show)
  if (!show && report.patients.length > 0) yield 'Letters and digits are masked; --show shows them as they are.'
}

function chartInWords(chart: Chart, show: boolean): string {
  const { patient } = chart
  const mask = (text: string) => (show ? text : text.replace(/\p{L}/gu, 'x').replace(/\p{N}/gu, '9'))
  const head = [
    mask(patient.mrn),
    mask(`${patient.name.family}, ${patient.name.given.join(' ')}`),
    mask(patient.birthDate ?? 'no birth date'),
    patient.sex,
    `${patient.phones.length} phones`,
    ...(chart.restriction === 'none' ? [] : [`restricted: ${chart.restriction}`]),
  ].join(' | ')
  const lists = SECTION_NAMES.map((name) => {
    const section = chart[name]
    if (section.status !== 'listed') return `${name} ${section.status}`
    const first = section.entries[0]
    const words =
      first === undefined ? '' : 'code' in first ? first.code.text : 'text' in first ? first.text : first.payer
    return `${name} ${section.entries.length}${words === '' ? '' : ` (${mask(words.split('\n')[0]?.slice(0, 40) ?? '')})`}`
  })
  return `${head}\n    ${lists.join('; ')}`
}
