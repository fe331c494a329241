import { readFileSync } from 'node:fs'
import { readAll } from '../../../src/pack/files.ts'
import { dataKeysOf, openKeyring } from '../../../src/pack/keyring.ts'
import { readManifest } from '../../../src/pack/manifest.ts'
import { openPanel } from '../../../src/pack/panel.ts'
import { openVault } from '../../../src/pack/vault/store.ts'
import { BENCH_TODAY, benchPanel } from './panel.ts'
import { openPeer } from './sqlite-peer.ts'

/**
 * A process that only opens the panel (or the peer's file), as a site does at its start: from the keyring to the first answer and the first chart. Says
 * what it took on standard output; the memory is the most that the process ever held (VmHWM), Node itself included.
 */
const [kind, where = ''] = process.argv.slice(2)
console.log(JSON.stringify(kind === 'panel' ? await panelOpens(Number(where)) : peerOpens(where)))

async function panelOpens(patients: number): Promise<object> {
  const { folder, signed, siteIdentity } = await benchPanel(patients)
  const started = performance.now()
  const vault = await openVault(folder)
  const manifest = readManifest(signed)
  const keyring = await openKeyring(await readAll(await vault.open(manifest.keyring)), siteIdentity, 'panel')
  const panel = await openPanel({ manifest, keys: dataKeysOf(keyring), open: (name) => vault.open(name) })
  const openMs = performance.now() - started
  panel.search('smith john', { today: BENCH_TODAY })
  await panel.chart('pt-1')
  return { openMs, firstAnswerMs: performance.now() - started, residentBytes: residentBytes() }
}

function peerOpens(path: string): object {
  const started = performance.now()
  const peer = openPeer(path)
  const openMs = performance.now() - started
  peer.search('smith john')
  peer.chart('pt-1')
  return { openMs, firstAnswerMs: performance.now() - started, residentBytes: residentBytes() }
}

function residentBytes(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8')
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
  } catch {
    return process.memoryUsage.rss()
  }
}
