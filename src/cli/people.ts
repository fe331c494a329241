import { Command } from 'commander'
import type { Person } from '../access/access.ts'
import { firstOwnerToken, newPasswordToken } from '../access/people/joining.ts'
import { removeTotp } from '../access/people/second-factor.ts'
import { listPeople, personByLogin } from '../access/people/store.ts'
import { Failure } from '../base/failure.ts'
import { silentLog } from '../base/log.ts'
import { systemClock } from '../base/time.ts'
import type { HubConfig } from '../hub/config.ts'
import { openHubDatabase } from '../hub/database/hub-database.ts'
import { configOf, withConfig } from './hub-options.ts'

/** Who can run this on the hub's machine could read its database too: it is the way back in when the last owner forgot the password. */
const BY = { program: 'holdfast people' }

export function peopleCommand(): Command {
  const people = new Command('people').description('who may sign in')
  withConfig(people.command('list')).description('everybody, with roles').action(list)
  withConfig(people.command('first-owner'))
    .description('print the one-time link that makes the first owner')
    .action(firstOwner)
  withConfig(people.command('new-password'))
    .argument('<login>')
    .description('print a one-time link by which that person sets a new password')
    .action(newPassword)
  withConfig(people.command('remove-authenticator'))
    .argument('<login>')
    .description('for a lost telephone: signing in needs no code any more')
    .action(removeAuthenticator)
  return people
}

const open = ({ dataDir, databaseUrl }: HubConfig) => openHubDatabase({ dataDir, databaseUrl, log: silentLog })

const linkTo = (config: HubConfig, path: string) =>
  `${config.publicUrl ?? `http://${config.listen.host}:${config.listen.port}`}${path}`

async function list(options: { config: string }): Promise<void> {
  await using store = await open(configOf(options))
  for (const { login, name, status, grants, totp } of await listPeople(store.db)) {
    const roles = grants
      .map(({ role, sites }) => (sites === 'all' ? role : `${role} at ${sites.join(', ')}`))
      .join('; ')
    console.log(`${login}\t${name}\t${status}${totp ? ', authenticator' : ''}\t${roles}`)
  }
}

async function firstOwner(options: { config: string }): Promise<void> {
  const config = configOf(options)
  await using store = await open(config)
  const token = await firstOwnerToken(store.db, systemClock)
  if (token === undefined) throw new Failure('permanent', 'There is an owner already. See holdfast people list.')
  console.log(`Good for a day, once:\n${linkTo(config, `/start/${token}`)}`)
}

async function newPassword(login: string, options: { config: string }): Promise<void> {
  const config = configOf(options)
  await using store = await open(config)
  const person = await known(await personByLogin(store.db, login), login)
  const token = await newPasswordToken(store.db, person, BY, systemClock)
  console.log(`Good once:\n${linkTo(config, `/join/${token}`)}`)
}

async function removeAuthenticator(login: string, options: { config: string }): Promise<void> {
  await using store = await open(configOf(options))
  const person = await known(await personByLogin(store.db, login), login)
  await removeTotp(store.db, person.id, BY, systemClock)
  console.log(`${person.login} signs in with the password alone now.`)
}

async function known(person: Person | undefined, login: string): Promise<Person> {
  if (person === undefined) throw new Failure('permanent', `Nobody signs in as ${login}. See holdfast people list.`)
  return person
}
