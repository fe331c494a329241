import { DAY, type Instant } from '../../base/time.ts'
import { openHours } from '../duty/site-open.ts'
import { COUNTS_FOR } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'
import { ofEach } from '../judge/wanted.ts'
import type { Plan } from '../readiness.ts'
import type { Site } from '../shape/sites.ts'

const LOOK_BACK = 10 * DAY

/** When the site last opened its doors; undefined when it did not in the last days, or the plan does not say. */
function lastOpening(plan: Plan, site: Site, now: Instant): Instant | undefined {
  const within = { from: now - LOOK_BACK, to: now }
  const opened = openHours(site, within, plan.practice.practice.zone)?.filter(({ from }) => from > within.from)
  return opened?.at(-1)?.from
}

export const d3: Check = {
  id: 'D3',
  group: 'Downtime operation',
  says: 'Each site holds a fresh pack, and had its paper before it last opened.',
  serves: ['hipaa-emergency-mode', 'safer-1.3', 'update-weekend'],
  every: 'daily',
  shownBy: 'Holdfast',
  gravity: 3,
  act: 'sites',
  wants: (plan, now) => [
    ...ofEach('site', plan.sites.sites, 'pack-fresh', 'daily'),
    ...plan.sites.sites.map((site) => ({
      subject: `site:${site.id}`,
      name: `Paper at ${site.name}`,
      kinds: ['print-receipt'] as const,
      countsForMs: now - (lastOpening(plan, site, now) ?? now) + COUNTS_FOR.daily,
    })),
  ],
  none: 'The plan has no site.',
}
