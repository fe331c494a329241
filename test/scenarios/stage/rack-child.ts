import { createServer } from 'node:http'

/** `node rack-child.ts PORT...`: what stands in a server room, as programs that answer on a port each. Killed, all of it is gone. */
const ports = process.argv.slice(2).map(Number)
for (const port of ports) createServer((_request, reply) => reply.end('here')).listen(port, '127.0.0.1')
process.once('disconnect', () => process.exit())
