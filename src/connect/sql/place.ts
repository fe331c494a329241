import { readFileSync } from 'node:fs'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Connection, Driver, Elsewhere } from './mapping.ts'

/** Where a database is and as whom to sign in. `label` is safe to show: no user, no password. */
export type Place = {
  host: string | undefined
  port: number
  socket: string | undefined
  user: string
  password: string | undefined
  database: string
  tls: 'off' | 'require' | 'verify'
  ca: string | undefined
  label: string
}

export type Environment = Record<string, string | undefined>

const PORTS: Record<Driver, number> = { postgres: 5432, mysql: 3306 }

/** The place that a mapping's `connection` leads to; a permanent Failure when something it names is not there. Never shows what it holds. */
export function placeOf(connection: Connection, driver: Driver, environment: Environment): Place {
  const held = (name: string, from: Elsewhere | undefined) => valueOf(`connection.${name}`, from, environment)
  const url = held('url', connection.url)
  const fromUrl = url === undefined ? {} : partsOf(url, connection.url, driver)
  const parts = {
    ...fromUrl,
    ...defined({
      host: held('host', connection.host),
      port: held('port', connection.port),
      socket: held('socket', connection.socket),
      user: held('user', connection.user),
      password: held('password', connection.password),
      database: held('database', connection.database),
      tls: connection.tls,
      ca: connection.ca,
    }),
  }
  const host = parts.socket === undefined ? (parts.host ?? '127.0.0.1') : undefined
  const port = Number(parts.port ?? PORTS[driver])
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Failure(
      'permanent',
      'The mapping leads to a port that is not a number from 1 to 65535. Correct connection.port or the url.',
    )
  return {
    host,
    port,
    socket: parts.socket,
    user: parts.user ?? 'holdfast',
    password: parts.password,
    database: parts.database ?? parts.user ?? 'holdfast',
    tls: tlsOf(parts.tls, host),
    ca: parts.ca === undefined ? undefined : fileText('connection.ca', parts.ca),
    label: host === undefined ? `the socket ${parts.socket}` : `${host}:${port}`,
  }
}

type Parts = Partial<Record<'host' | 'port' | 'socket' | 'user' | 'password' | 'database' | 'tls' | 'ca', string>>

/** `postgres://user:password@host:port/database?sslmode=verify-full`, `mysql://...`, or `socket:/folder/or/file?user=...&database=...`. */
function partsOf(text: string, from: Elsewhere | undefined, driver: Driver): Parts {
  const said = from?.env === undefined ? 'connection.url' : `connection.url (environment variable ${from.env})`
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new Failure(
      'permanent',
      `${said} is not a URL. It is written like ${driver}://user:password@host:${PORTS[driver]}/database.`,
    )
  }
  const schemes = driver === 'postgres' ? ['postgres:', 'postgresql:', 'socket:'] : ['mysql:', 'mariadb:', 'socket:']
  if (!schemes.includes(url.protocol))
    throw new Failure(
      'permanent',
      `${said} does not lead to the driver ${driver}: it begins with ${url.protocol} and must begin with ${schemes.join(' or ')}`,
    )
  const query = url.searchParams
  const tls = { disable: 'off', require: 'require', 'verify-ca': 'verify', 'verify-full': 'verify' }[
    query.get('sslmode') ?? ''
  ]
  const common = {
    user: url.username === '' ? query.get('user') : decodeURIComponent(url.username),
    password: url.password === '' ? query.get('password') : decodeURIComponent(url.password),
    tls,
  }
  return url.protocol === 'socket:'
    ? defined({
        ...common,
        socket: decodeURIComponent(url.pathname),
        port: query.get('port'),
        database: query.get('database'),
      })
    : defined({
        ...common,
        host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: url.port,
        database: decodeURIComponent(url.pathname.slice(1)),
      })
}

/** Patient data does not cross a network in the clear unless the mapping says so. */
function tlsOf(said: string | undefined, host: string | undefined): Place['tls'] {
  if (said === 'off' || said === 'require' || said === 'verify') return said
  return host === undefined || host === 'localhost' || host === '::1' || host.startsWith('127.') ? 'off' : 'verify'
}

function valueOf(name: string, from: Elsewhere | undefined, environment: Environment): string | undefined {
  if (from === undefined) return undefined
  if (from.value !== undefined) return from.value
  if (from.file !== undefined) return fileText(name, from.file).trim()
  if (from.env === undefined) return undefined
  const value = environment[from.env]
  if (value === undefined || value === '')
    throw new Failure(
      'permanent',
      `The mapping takes ${name} from the environment variable ${from.env}, which is not set where Holdfast runs. Set it and start again.`,
    )
  return value
}

function fileText(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    throw new Failure(
      'permanent',
      `The mapping takes ${name} from the file ${path}, which cannot be read: ${reasonOf(thrown)}`,
    )
  }
}

function defined(parts: Record<string, string | null | undefined>): Parts {
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  )
}
