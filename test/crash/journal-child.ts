import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import { openJournal } from '../../src/site/journal/journal.ts'

/** Appends lines without end, several at a time, and says each number only after it is acknowledged. Somebody kills it. */
const [folder = '', recipient = '', first = '1', together = '1'] = process.argv.slice(2)
const journal = await openJournal({
  folder,
  siteId: 'site_1',
  recipients: [recipient],
  clock: systemClock,
  log: silentLog,
})
let n = Number(first)
process.stdout.write('ready\n')
for (;;) {
  const batch = Array.from({ length: Number(together) }, () => n++)
  await Promise.all(
    batch.map(async (number) => {
      await journal.append({
        at: number,
        who: { personId: 'person_1', login: 'amy' },
        place: 'site_1',
        what: 'chart-viewed',
        about: { number, filler: 'x'.repeat((number * 37) % 900) },
        outcome: 'done',
      })
      process.stdout.write(`${number}\n`)
    }),
  )
}
