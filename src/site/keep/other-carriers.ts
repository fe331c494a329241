import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Carrier } from '../../pack/carrier.ts'
import { folderCarrier } from '../../pack/carriers/folder.ts'
import { webCarrier } from '../../pack/carriers/web.ts'
import type { SiteFacts } from '../local/facts.ts'

/** Where systems put a stick that was plugged in: each entry of these folders may be one. */
const STICK_PLACES: { [Platform in NodeJS.Platform]?: readonly string[] } = {
  linux: ['/media', '/media/*', '/run/media/*', '/mnt'],
  darwin: ['/Volumes'],
}
/** Below the stick's own top, where an export is looked for. */
const PLACES_ON_STICK = ['', 'holdfast', 'holdfast-packs']

/** Besides the hub: what was set for this site, then any stick with packs on it. Where they come from does not matter; the signature does. */
export async function otherCarriers(facts: SiteFacts, stickPlaces = placesHere()): Promise<Carrier[]> {
  const sticks = await sticksWithPacks(facts, stickPlaces)
  const set = facts.carriers.map((carrier) =>
    'folder' in carrier ? folderCarrier(carrier.folder) : webCarrier({ url: carrier.web }),
  )
  return [...set, ...sticks.map((folder) => folderCarrier(folder))]
}

function placesHere(): readonly string[] {
  if (process.platform === 'win32') return 'DEFGHIJKLMNOPQRSTUVWXYZ'.split('').map((letter) => `${letter}:\\`)
  return STICK_PLACES[process.platform] ?? []
}

async function sticksWithPacks(facts: SiteFacts, places: readonly string[]): Promise<string[]> {
  const tops = process.platform === 'win32' ? places : (await Promise.all(places.map(entriesOf))).flat()
  const candidates = tops.flatMap((top) => PLACES_ON_STICK.map((place) => join(top, place)))
  const found = await Promise.all(candidates.map(async (folder) => ((await holdsPacks(folder, facts)) ? [folder] : [])))
  return found.flat()
}

/** Entries of a folder; of each folder in it, where the place ends with a star. */
async function entriesOf(place: string): Promise<string[]> {
  const list = async (folder: string): Promise<string[]> =>
    (await readdir(folder).catch(() => [])).map((name) => join(folder, name))
  if (!place.endsWith('/*')) return list(place)
  return (await Promise.all((await list(place.slice(0, -2))).map(list))).flat()
}

async function holdsPacks(folder: string, facts: SiteFacts): Promise<boolean> {
  for (const name of [`${facts.siteId}.json`, 'panel.json'])
    if ((await stat(join(folder, name)).catch(() => undefined))?.isFile() === true) return true
  return false
}
