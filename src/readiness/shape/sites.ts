import { z } from 'zod'
import { hours, week } from './week.ts'
import { day, id, listOf, phoneNumber, text, zone } from './written.ts'

const site = z.strictObject({
  id,
  name: text,
  address: text.optional(),
  phone: phoneNumber.optional(),
  /** The practice's own, when left out. */
  zone: zone.optional(),
  hours: week.optional(),
  /** Days that are not like their weekday: closed, or with hours of their own. */
  exceptions: listOf(z.strictObject({ on: day, to: day.optional(), hours, because: text })),
  /** Who leads the site in a downtime: three, so that one is there. */
  leads: listOf(id),
  /** The box of forms and what is with it. */
  lockbox: z
    .strictObject({
      where: text,
      keys: listOf(id),
      /** The machine that shows schedule and key data: a node of the map. */
      node: id.optional(),
    })
    .optional(),
  /** The node of the map where the site's people meet the EHR. */
  ehr: id.optional(),
})
export type Site = z.output<typeof site>

/** `sites.yaml`: every clinic, when it is open, who leads it. */
export const sitesFile = z.strictObject({ sites: listOf(site) })
