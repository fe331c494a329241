import { once } from 'node:events'
import { connect } from 'node:net'

/** Sends one HL7 v2 message over MLLP to a listener on this machine and gives its acknowledgement; throws when none comes in time. */
export async function sendHl7(port: number, segments: readonly string[], withinMs = 20_000): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const signal = AbortSignal.timeout(withinMs)
  try {
    await once(socket, 'connect', { signal })
    socket.write(`\x0b${segments.join('\r')}\r\x1c\r`)
    let answer = ''
    while (!answer.includes('\x1c')) {
      const [bytes]: Buffer[] = await once(socket, 'data', { signal })
      answer += bytes?.toString('utf8') ?? ''
    }
    return answer
  } finally {
    socket.destroy()
  }
}
