import { isZone } from '../../base/zone.ts'
import type { Site } from '../sites/sites.ts'
import type { SiteFields, Wrong } from './site-forms.ts'

export type ReadSite = Pick<Site, 'id' | 'name' | 'zone' | 'locationIds' | 'printers'>

/** What was typed into the site's form, or all that is wrong with it. */
export function readSiteFields(fields: SiteFields): { site: ReadSite; wrong: Wrong } {
  const wrong: Wrong = []
  const say = (field: string, because: string): void => void wrong.push({ field, because })
  if (fields.name === '') say('name', 'Give the site a name.')
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(fields.id))
    say('id', 'The short id has small letters, digits and hyphens, 40 at the most.')
  if (fields.id === 'panel' || fields.id === 'new' || fields.id === 'hub')
    say('id', `"${fields.id}" means something else here. Choose another short id.`)
  if (fields.zone !== '' && !isZone(fields.zone))
    say('zone', 'This is not a time zone that we know. Write it like America/New_York.')
  const locationIds = [
    ...new Set(
      fields.locations
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    ),
  ]
  const printers = fields.printers
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => ({ name: line.replace(/\s+\S+$/, ''), uri: /\S+$/.exec(line)?.[0] ?? '' }))
  for (const { name, uri } of printers)
    if (!/^ipps?:\/\/[^\s/]+/.test(uri) || name === uri)
      say('printers', `"${name}" needs a name and an address that begins with ipp:// or ipps://.`)
  return {
    site: {
      id: fields.id,
      name: fields.name,
      zone: fields.zone === '' ? undefined : fields.zone,
      locationIds,
      printers,
    },
    wrong,
  }
}

export function fieldsOfSite(site: Site): SiteFields {
  return {
    id: site.id,
    name: site.name,
    zone: site.zone ?? '',
    locations: site.locationIds.join(', '),
    printers: site.printers.map(({ name, uri }) => `${name} ${uri}`).join('\n'),
  }
}
