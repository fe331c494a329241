import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'

const ROUNDS = Number(process.env.HOLDFAST_CRASH_ROUNDS ?? 5)
const FILES = 25

test(`a reader that is killed at ${ROUNDS} random moments takes every file, and each once`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-crash-files-'))
  const state = join(folder, '.state.json')
  let dropped = 0
  const drop = async (): Promise<void> => {
    const text = JSON.stringify({ resourceType: 'Patient', id: `p${dropped}`, name: [{ family: `F${dropped}` }] })
    await writeFile(join(folder, `.${dropped}`), `${text}\n`)
    await rename(join(folder, `.${dropped}`), join(folder, `drop-${dropped}.ndjson`))
    dropped += 1
  }
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      for (let i = 0; i < FILES; i++) await drop()
      const script = join(import.meta.dirname, 'files-reader.ts')
      const child = spawn(process.execPath, [script, folder, state], { stdio: ['ignore', 'pipe', 'inherit'] })
      const dead = once(child, 'exit')
      const kill = setTimeout(() => round < ROUNDS && child.kill('SIGKILL'), 150 + Math.random() * 250)
      for await (const line of createInterface({ input: child.stdout })) {
        if (round === ROUNDS && Number(line) >= dropped) child.kill('SIGKILL')
      }
      clearTimeout(kill)
      await dead
    }
    const held: { patients: string[] } = JSON.parse(await readFile(state, 'utf8'))
    assert.equal(held.patients.length, dropped, 'a file was read twice, or not at all')
    assert.equal(new Set(held.patients).size, dropped)
    assert.equal((await readdir(join(folder, 'done'))).length, dropped)
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('drop-')),
      [],
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})
