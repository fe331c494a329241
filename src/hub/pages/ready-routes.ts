import { Hono } from 'hono'
import { helpMost } from '../../readiness/ready/help-most.ts'
import { countJudged } from '../../readiness/ready/judge-checks.ts'
import { readinessNow } from '../flows/readiness-now.ts'
import { needs, refusal } from './door.ts'
import { checkPage, readyPage } from './ready-views.ts'
import { readyHeadline } from './ready-words.ts'
import { momentOf, type PageEnv, type PageTools, show } from './tools.ts'

const AT = '/ready'
const TITLE = 'Are we ready?'

/** The answer in ten seconds, and what it rests on. */
export function readyPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  app.use('*', needs(tools, 'see-sources'))

  app.get('/', async (c) => {
    const { judged, version } = await readinessNow(tools.centre)
    const counted = countJudged(judged)
    const body = readyPage({ judged, counted, help: helpMost(judged), moment: momentOf(tools) })
    const headline = readyHeadline(counted, version?.version)
    return show(c, tools, { title: TITLE, headline, body, at: AT, subjects: ['evidence', 'plan'] })
  })
  app.get('/check/:id', async (c) => {
    const { judged } = await readinessNow(tools.centre)
    const one = judged.find(({ check }) => check.id === c.req.param('id').toUpperCase())
    if (one === undefined) return refusal(c, tools, 'There is no check of that name.', 404)
    return show(c, tools, {
      title: `Check ${one.check.id}`,
      headline: one.check.says,
      body: checkPage(one, momentOf(tools)),
      crumbs: [{ href: AT, label: TITLE }],
      at: AT,
      subjects: ['evidence', 'plan'],
    })
  })
  return app
}
