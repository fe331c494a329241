import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { openDatabase } from '../../../src/base/database.ts'
import { systemClock } from '../../../src/base/time.ts'
import type { Sighting } from '../../../src/monitor/map.ts'
import { noteSightings } from '../../../src/monitor/sightings/store.ts'

/** `node observer-child.ts DATABASE NAME EVERY_MS THING=PORT...`: a place that looks, one thing after the other in an order of its own, all the time. */
const [url = '', observer = '', everyMs = '1000', ...targets] = process.argv.slice(2)
const db = openDatabase(url, 2)
process.once('disconnect', () => process.exit())

while (process.connected) {
  for (const target of targets.toSorted(() => Math.random() - 0.5)) {
    const [thing = '', port] = target.split('=')
    const answer = await ask(Number(port))
    await noteSightings(db, [{ thing, observer, answer, at: systemClock.now() }])
  }
  await pause(Number(everyMs))
}

function ask(port: number): Promise<Sighting['answer']> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (answer: Sighting['answer']) => (): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1500, end('down'))
    socket.once('connect', end('up'))
    socket.once('error', end('down'))
  })
}
