import { createServer } from 'node:net'
import { layCable } from '../../../dev/sample/cable.ts'

/**
 * `node switch-child.ts OWN IN=OUT...`: a switch, as one program through which the ways to several others lead. It answers on a port of its own as a
 * switch's management address does. Killed, everything behind it is out of reach, and nothing behind it is broken.
 */
const [own, ...ways] = process.argv.slice(2)
createServer((socket) => socket.end()).listen(Number(own), '127.0.0.1')
for (const way of ways) {
  const [near, far] = way.split('=').map(Number)
  await layCable(near ?? 0, () => far ?? 0)
}
process.once('disconnect', () => process.exit())
process.send?.({ up: true })
