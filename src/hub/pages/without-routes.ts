import { Hono } from 'hono'
import { harmOf } from '../../readiness/without/appendicitis.ts'
import { everyRemoval } from '../../readiness/without/removals.ts'
import { removedInWords } from '../../readiness/without/said.ts'
import { keyOf } from '../../readiness/without/without.ts'
import { knownTonight } from '../flows/known-tonight.ts'
import { TakenOut } from '../flows/taken-out.ts'
import { needs, refusal } from './door.ts'
import { noPlanKept } from './no-plan.ts'
import { type PageEnv, type PageTools, show } from './tools.ts'
import { withoutHeadline, withoutPage, worstAlone } from './without-views.ts'

const TITLE = 'If somebody were missing'

/** The appendicitis test: what each thing costs alone and in pairs, and what one or two that are chosen take with them. */
export function withoutPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const takenOut = new TakenOut()
  app.use('*', needs(tools, 'see-sources'))

  app.get('/', async (c) => {
    const known = await knownTonight(tools.centre)
    const frame = {
      title: TITLE,
      at: '/ready',
      crumbs: [{ href: '/ready', label: 'Are we ready?' }],
      subjects: ['plan', 'evidence'],
    }
    if (known === undefined) return show(c, tools, { ...frame, ...noPlanKept })
    const { facts, version } = known
    const test = await takenOut.test(version.version, facts)
    const all = everyRemoval(facts.plan)
    const asked = (c.req.queries('take') ?? []).filter((key) => key !== '').slice(0, 2)
    const chosen = all.filter((one) => asked.includes(keyOf(one)))
    if (chosen.length < new Set(asked).size)
      return refusal(c, tools, 'The plan in force has nothing of that name to take out.', 404)
    const removed = chosen.length > 0 ? chosen : worstAlone(test)
    const harm = harmOf(facts.plan, facts.evidence, facts.now, removed)
    return show(c, tools, {
      ...frame,
      headline: chosen.length > 0 ? `Without ${removedInWords(removed)}.` : withoutHeadline(test, facts.plan),
      body: withoutPage({ test, harm, chosen: chosen.length > 0, all, facts, version }),
    })
  })
  return app
}
