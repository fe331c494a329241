import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import snmp from 'net-snmp'
import { sideOf, type UdpSide } from './far-side-udp.ts'

export const COMMUNITY = 'verysecretcommunity'
export const AUTH_PASSWORD = 'verysecretauthword'
export const PRIV_PASSWORD = 'verysecretprivword'
export const USER = 'holdfast'

export type Value = number | string
/** One table: its entry's OID, the types of its columns, and its rows by index. */
type Table = {
  entry: string
  columns: { [column: number]: number }
  rows: { [row: number]: { [column: number]: Value } }
}
export type DeviceSays = { scalars: { [oid: string]: [type: number, value: Value] }; tables: Table[] }

/** What happens to each answer on its way: 1 is the first. Returning undefined loses it. */
export type OnTheWay = (nth: number, answer: Buffer) => Buffer | undefined

/** The parts of the library's agent that are used here. */
type Agent = {
  getMib(): {
    registerProvider(provider: object): void
    setScalarValue(name: string, value: Value): void
    addTableRow(table: string, row: Value[]): void
    setTableSingleCell(table: string, column: number, row: number[], value: Value): void
  }
  getAuthorizer(): { addCommunity(community: string): void; addUser(user: object): void }
}

const { Integer, OctetString, TimeTicks, Counter32, Gauge32, OID } = snmp.ObjectType
const READ = snmp.MaxAccess['read-only']

type SnmpDevice = UdpSide & {
  say(scalar: string, value: Value): void
  sayAt(entry: string, column: number, row: number, value: Value): void
}

/** A device on loopback that says what it is told, to one community and one user. */
export async function snmpDevice(says: DeviceSays, onTheWay: OnTheWay = (_nth, answer) => answer): Promise<SnmpDevice> {
  const sockets: Socket[] = []
  const dgramModule = {
    createSocket: () => {
      const socket = createSocket('udp4')
      const bind = socket.bind.bind(socket)
      const send = socket.send.bind(socket)
      let nth = 0
      sockets.push(socket)
      return Object.assign(socket, {
        bind: () => bind(0, '127.0.0.1'),
        send: (answer: Buffer, _from: number, _length: number, port: number, address: string) => {
          const passed = onTheWay((nth += 1), answer)
          if (passed !== undefined) send(passed, port, address, () => {})
        },
      })
    },
  }
  const agent: Agent = snmp.createAgent({ dgramModule, address: '127.0.0.1' }, () => {})
  agent.getAuthorizer().addCommunity(COMMUNITY)
  agent.getAuthorizer().addUser({
    name: USER,
    level: snmp.SecurityLevel.authPriv,
    authProtocol: snmp.AuthProtocols.sha256,
    authKey: AUTH_PASSWORD,
    privProtocol: snmp.PrivProtocols.aes,
    privKey: PRIV_PASSWORD,
  })
  fill(agent, says)
  const [socket] = sockets
  if (socket === undefined) throw new Error('the agent opened no socket')
  await once(socket, 'listening')
  return {
    ...sideOf(socket),
    say: (scalar, value) => agent.getMib().setScalarValue(`scalar ${scalar}`, value),
    sayAt: (entry, column, row, value) => agent.getMib().setTableSingleCell(`table ${entry}`, column, [row], value),
  }
}

function fill(agent: Agent, { scalars, tables }: DeviceSays): void {
  const mib = agent.getMib()
  for (const [oid, [scalarType, value]] of Object.entries(scalars)) {
    const name = `scalar ${oid}`
    mib.registerProvider({ name, type: snmp.MibProviderType.Scalar, oid, scalarType, maxAccess: READ })
    mib.setScalarValue(name, value)
  }
  for (const { entry, columns, rows } of tables) {
    const name = `table ${entry}`
    const numbers = Object.keys(columns).map(Number)
    // The index stands in a column that the real table has not, and that nobody may read.
    const index = { number: 999, name: 'index', type: Integer, maxAccess: snmp.MaxAccess['not-accessible'] }
    const tableColumns = numbers.map((number) => ({
      number,
      name: `c${number}`,
      type: columns[number],
      maxAccess: READ,
    }))
    mib.registerProvider({
      name,
      type: snmp.MibProviderType.Table,
      oid: entry,
      maxAccess: snmp.MaxAccess['not-accessible'],
      tableColumns: [...tableColumns, index],
      tableIndex: [{ columnName: 'index' }],
    })
    for (const [row, values] of Object.entries(rows))
      mib.addTableRow(name, [...numbers.map((number) => values[number] ?? ''), Number(row)])
  }
}

export type Port = { name: string; alias?: string; descr?: string; admin?: number; oper?: number; inErrors?: number }

/** A switch as IF-MIB shows it. */
export function aSwitch(ports: Port[], upForS = 86_400): DeviceSays {
  const rows = (of: (port: Port) => { [column: number]: Value }) =>
    Object.fromEntries(ports.map((port, nth) => [nth + 1, of(port)]))
  return {
    scalars: { '1.3.6.1.2.1.1.3': [TimeTicks, upForS * 100] },
    tables: [
      {
        entry: '1.3.6.1.2.1.2.2.1',
        columns: { 2: OctetString, 7: Integer, 8: Integer, 14: Counter32 },
        rows: rows(({ name, descr, admin = 1, oper = 1, inErrors = 0 }) => ({
          2: descr ?? name,
          7: admin,
          8: oper,
          14: inErrors,
        })),
      },
      {
        entry: '1.3.6.1.2.1.31.1.1.1',
        columns: { 1: OctetString, 18: OctetString },
        rows: rows(({ name, alias = '' }) => ({ 1: name, 18: alias })),
      },
    ],
  }
}

const UPS = '1.3.6.1.2.1.33.1'

/** `undefined`: its card does not have the object. */
export type UpsWords = {
  battery?: number | undefined
  onBatteryS?: number | undefined
  minutes?: number | undefined
  source?: number | undefined
  alarms?: number[]
  test?: number | undefined
}

/** A UPS as UPS-MIB shows it: on the mains, well, for half an hour. */
export function aUps(words: UpsWords = {}): DeviceSays {
  const {
    battery,
    onBatteryS,
    minutes,
    source,
    alarms = [],
    test,
  } = { battery: 2, onBatteryS: 0, minutes: 30, source: 3, test: 1, ...words }
  const scalars: { [oid: string]: [number, number | undefined] } = {
    [`${UPS}.2.1`]: [Integer, battery],
    [`${UPS}.2.2`]: [Integer, onBatteryS],
    [`${UPS}.2.3`]: [Integer, minutes],
    [`${UPS}.2.4`]: [Integer, 97],
    [`${UPS}.4.1`]: [Integer, source],
    [`${UPS}.6.1`]: [Gauge32, alarms.length],
    [`${UPS}.7.3`]: [Integer, test],
  }
  return {
    scalars: Object.fromEntries(
      Object.entries(scalars).flatMap(([oid, [type, value]]) => (value === undefined ? [] : [[oid, [type, value]]])),
    ),
    tables: [
      { entry: `${UPS}.3.3.1`, columns: { 3: Integer }, rows: { 1: { 3: 229 }, 2: { 3: 231 }, 3: { 3: 230 } } },
      { entry: `${UPS}.4.4.1`, columns: { 5: Integer }, rows: { 1: { 5: 21 }, 2: { 5: 40 }, 3: { 5: 33 } } },
      {
        entry: `${UPS}.6.2.1`,
        columns: { 2: OID },
        rows: Object.fromEntries(
          alarms.map((alarm, nth) => [nth + 1, { 2: alarm === 0 ? '1.3.6.1.4.1.318.9.9' : `${UPS}.6.3.${alarm}` }]),
        ),
      },
    ],
  }
}
