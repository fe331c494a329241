import { Hono } from 'hono'
import { ifItHappened } from '../../readiness/forecast/if-it-happened.ts'
import { knownTonight } from '../flows/known-tonight.ts'
import { needs, refusal } from './door.ts'
import { forecastHeadline, forecastPage } from './forecast-views.ts'
import { noPlanKept } from './no-plan.ts'
import { scenarioHeadline, scenarioPage } from './scenario-views.ts'
import { type PageEnv, type PageTools, show } from './tools.ts'

export const FORECAST = '/ready/if-it-happened'
const READY = { href: '/ready', label: 'Are we ready?' }
const SUBJECTS = ['plan', 'evidence', 'sites', 'standbys', 'systems']

/** If it happened now: every scenario of the plan at every site, and each by itself with its evidence. */
export function forecastPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  app.use('*', needs(tools, 'see-sources'))
  const frame = { at: '/ready', subjects: SUBJECTS, crumbs: [READY] }

  app.get('/', async (c) => {
    const known = await knownTonight(tools.centre)
    if (known === undefined) return show(c, tools, { title: 'If it happened now', ...noPlanKept, ...frame })
    const { facts, version } = known
    const scenarios = ifItHappened(facts)
    return show(c, tools, {
      title: 'If it happened now',
      headline: forecastHeadline(scenarios),
      body: forecastPage(scenarios, facts, version),
      ...frame,
    })
  })
  app.get('/:id', async (c) => {
    const known = await knownTonight(tools.centre)
    const scenario =
      known === undefined ? undefined : ifItHappened(known.facts).find(({ id }) => id === c.req.param('id'))
    if (known === undefined || scenario === undefined)
      return refusal(c, tools, 'The plan in force has no scenario of that name.', 404)
    return show(c, tools, {
      title: scenario.name,
      headline: scenarioHeadline(scenario),
      body: scenarioPage(scenario, known.facts),
      ...frame,
      crumbs: [READY, { href: FORECAST, label: 'If it happened now' }],
    })
  })
  return app
}
