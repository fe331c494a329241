import { makeLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import { hl7v2Config } from '../../src/connect/hl7v2/config.ts'
import { openHl7v2Source } from '../../src/connect/hl7v2/connector.ts'

/** A listener to be killed: `node hl7v2-listener.ts <journal folder>` prints its port and stays. */
const config = hl7v2Config.parse({
  id: 'feed',
  kind: 'hl7v2',
  listen: { port: 0 },
  journal: { folder: process.argv[2], key: 'k'.repeat(32), rotateBytes: 20_000 },
  zone: 'UTC',
})
const source = await openHl7v2Source(config, { log: makeLog('listener', 'error', 2), clock: systemClock })
console.log(source.port)
