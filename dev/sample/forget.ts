import { realpath, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ended, livePostmaster, signal } from '../../src/hub/database/postmaster.ts'

/** Where the sample keeps databases; each may be a link to a place that its account can enter. */
const DATABASES = ['ehr/standby', 'ehr/primary', 'hub/postgres']
const REST = ['ehr', 'hub', 'sites', 'logs', 'hub.yaml', 'ports.json', 'outside.txt']

/** Takes the sample's data away, databases that a killed sample left running included; anything else in the folder stays. */
export async function forgetSample(folder: string): Promise<void> {
  for (const name of DATABASES) {
    const place = await realpath(join(folder, name)).catch(() => undefined)
    if (place === undefined) continue
    const live = await livePostmaster(place)
    if (live !== undefined) {
      signal(live.pid, 'SIGQUIT')
      await ended(live.pid, 10_000)
    }
    await rm(place, { recursive: true, force: true })
    // Data that was placed elsewhere stands in a folder of its own.
    if (dirname(place) !== dirname(join(folder, name))) await rmdir(dirname(place)).catch(() => {})
  }
  for (const name of REST) await rm(join(folder, name), { recursive: true, force: true })
}
