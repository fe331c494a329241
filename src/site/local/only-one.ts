import { realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Failure } from '../../base/failure.ts'
import { sha256Hex } from '../../base/hash.ts'

/**
 * Two programs on one folder would break each other's journal. Holding is an open local socket, so the system lets go of it the moment the
 * program ends, however it ends; a number in a file could name a stranger after a power cut.
 */
export async function holdFolder(root: string): Promise<AsyncDisposable> {
  // Links to one folder are one folder.
  const address = addressOf(await realpath(root).catch(() => resolve(root)))
  const server = (await tryListen(address)) ?? (await takeOver(address))
  if (server === undefined)
    throw new Failure('permanent', `Another site program is running on ${root}. Use that one, or end it first.`)
  return {
    async [Symbol.asyncDispose]() {
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
}

function addressOf(root: string): string {
  const name = `holdfast-site-${sha256Hex(root).slice(0, 24)}`
  if (process.platform === 'linux') return `\0${name}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`)
}

function tryListen(address: string): Promise<Server | undefined> {
  return new Promise((done, failed) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (thrown) =>
      'code' in thrown && thrown.code === 'EADDRINUSE' ? done(undefined) : failed(thrown),
    )
    server.listen(address, () => {
      server.unref()
      done(server)
    })
  })
}

/** Where sockets are files (macOS), one that nobody answers was left behind. */
async function takeOver(address: string): Promise<Server | undefined> {
  const answered = await new Promise<boolean>((done) => {
    const socket = connect(address, () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })
  if (answered || address.startsWith('\0') || address.startsWith('\\\\')) return undefined
  await rm(address, { force: true })
  return tryListen(address)
}
