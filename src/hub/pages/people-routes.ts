import { Hono } from 'hono'
import type { Person } from '../../access/access.ts'
import { changeAccess } from '../../access/people/change-access.ts'
import { invite, newPasswordToken } from '../../access/people/joining.ts'
import { removeTotp } from '../../access/people/second-factor.ts'
import { listPeople, personById } from '../../access/people/store.ts'
import { Failure } from '../../base/failure.ts'
import { sites } from '../sites/store.ts'
import { needs, refusal } from './door.ts'
import {
  grantsFrom,
  grantWords,
  invitePage,
  linkPage,
  type PersonFields,
  peoplePage,
  personPage,
  type SiteName,
} from './people-views.ts'
import type { Wrong } from './site-forms.ts'
import { actorOf, fieldsOf, type PageContext, type PageEnv, type PageTools, show, whyNot } from './tools.ts'
import { countOf } from './words.ts'

const AT = '/people'
const CRUMBS = [{ href: AT, label: 'People' }]

export function peoplePages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db, clock } = centre
  app.use('*', needs(tools, 'see-people'))

  app.get('/', async (c) => {
    const people = await listPeople(db)
    const body = peoplePage({ people, sites: await siteNames(), because: whyNot(c, 'change-people') })
    return show(c, tools, { title: 'People', headline: peopleHeadline(people), body, at: AT, subjects: ['people'] })
  })

  app.get('/new', needs(tools, 'change-people'), (c) =>
    inviteForm(c, { name: '', login: '', email: '', grants: [] }, []),
  )
  app.post('/new', needs(tools, 'change-people'), async (c) => {
    const sent = await fieldsOf(c)
    const names = await siteNames()
    const fields = {
      name: sent.text('name'),
      login: sent.text('login'),
      email: sent.text('email'),
      grants: grantsFrom(sent.all, names),
    }
    const wrong: Wrong = []
    if (fields.name === '') wrong.push({ field: 'name', because: 'Give a name.' })
    if (fields.grants.length === 0) wrong.push({ because: 'Choose at least one role.' })
    if (wrong.length > 0) return inviteForm(c, fields, wrong)
    try {
      const given = { ...fields, email: fields.email === '' ? undefined : fields.email }
      const { person, token } = await invite(db, given, actorOf(c), clock)
      await centre.changed(db, ['people'])
      return linkShown(c, person, token, 7)
    } catch (thrown) {
      return inviteForm(c, fields, [{ field: 'login', because: wordsOf(thrown) }])
    }
  })

  app.get('/:id', (c) => personShown(c, []))
  app.post('/:id/access', needs(tools, 'change-people'), async (c) => {
    const sent = await fieldsOf(c)
    const grants = grantsFrom(sent.all, await siteNames())
    return changed(c, (id) => changeAccess(db, id, { grants }, actorOf(c), clock))
  })
  app.post('/:id/status', needs(tools, 'change-people'), async (c) => {
    const to = (await fieldsOf(c)).text('to')
    if (to !== 'active' && to !== 'suspended') return refusal(c, tools, 'Nothing was changed.', 400)
    return changed(c, (id) => changeAccess(db, id, { status: to }, actorOf(c), clock))
  })
  app.post('/:id/totp-remove', needs(tools, 'change-people'), (c) =>
    changed(c, (id) => removeTotp(db, id, actorOf(c), clock)),
  )
  app.post('/:id/link', needs(tools, 'change-people'), async (c) => {
    const person = await personById(db, c.req.param('id'))
    if (person === undefined) return refusal(c, tools, 'There is no such person.', 404)
    return linkShown(
      c,
      person,
      await newPasswordToken(db, person, actorOf(c), clock),
      person.status === 'invited' ? 7 : 1,
    )
  })

  async function siteNames(): Promise<SiteName[]> {
    return (await sites(db)).map(({ id, name }) => ({ id, name }))
  }

  async function inviteForm(c: PageContext, fields: PersonFields, wrong: Wrong): Promise<Response> {
    const body = invitePage({ fields, sites: await siteNames(), csrf: c.var.viewer.session.csrf, wrong })
    return show(c, tools, {
      title: 'Invite someone',
      body,
      crumbs: CRUMBS,
      at: AT,
      status: wrong.length > 0 ? 400 : 200,
    })
  }

  function linkShown(c: PageContext, person: Person, token: string, days: number): Promise<Response> {
    const body = linkPage({ person, link: `${tools.hubUrl}/join/${token}`, days })
    return show(c, tools, { title: `A link for ${person.name}`, body, crumbs: CRUMBS, at: AT })
  }

  async function personShown(c: PageContext, wrong: Wrong): Promise<Response> {
    const person = await personById(db, c.req.param('id') ?? '')
    if (person === undefined) return refusal(c, tools, 'There is no such person.', 404)
    const names = await siteNames()
    const isSelf = person.id === c.var.viewer.person.id
    const body = personPage({
      person,
      sites: names,
      csrf: c.var.viewer.session.csrf,
      because: whyNot(c, 'change-people'),
      isSelf,
      wrong,
    })
    return show(c, tools, {
      title: person.name,
      headline: `${grantWords(person.grants, names)}.`,
      body,
      crumbs: CRUMBS,
      at: AT,
      status: wrong.length > 0 ? 409 : 200,
    })
  }

  /** What sites must know of people travels with their next packs, so one is published soon. */
  async function changed(c: PageContext, change: (id: string) => Promise<unknown>): Promise<Response> {
    const id = c.req.param('id') ?? ''
    try {
      await change(id)
    } catch (thrown) {
      return personShown(c, [{ because: wordsOf(thrown) }])
    }
    await centre.changed(db, ['people'])
    centre.publishSoon()
    return c.redirect(`${AT}/${id}`, 303)
  }
  return app
}

export function peopleHeadline(people: readonly Person[]): string {
  const active = people.filter((person) => person.status === 'active')
  const invited = people.filter((person) => person.status === 'invited').length
  const without = active.filter(
    (person) => !person.totp && person.grants.some((grant) => grant.role === 'owner' || grant.role === 'it'),
  )
  const waiting = invited === 0 ? '' : ` ${countOf(invited, 'invitation waits', 'invitations wait')}.`
  const bare =
    without.length === 0
      ? ''
      : ` ${countOf(without.length, 'person who runs this has', 'people who run this have')} no authenticator.`
  return `${countOf(active.length, 'person', 'people')} can sign in.${waiting}${bare}`
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof Failure) return thrown.message
  throw thrown
}
