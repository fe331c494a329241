import type { Clock } from '../base/time.ts'
import { mariadbSide } from '../connect/replication/mariadb/connector.ts'
import { mariadbOpenWork } from '../connect/replication/mariadb/open-work.ts'
import { postgresSide } from '../connect/replication/postgres/connector.ts'
import { postgresOpenWork } from '../connect/replication/postgres/open-work.ts'
import type { StandbyConfig } from './standby-config.ts'
import type { OpenedPair } from './work/standbys-at-work.ts'

/** Touches nothing. */
export function openStandby({ engine, primary, standby, atWork }: StandbyConfig, clock: Clock): OpenedPair {
  const [side, openWork] = engine === 'postgres' ? [postgresSide, postgresOpenWork] : [mariadbSide, mariadbOpenWork]
  return {
    primary: side(primary, 'primary', clock),
    standby: side(standby, 'standby', clock),
    openWork: atWork.length === 0 ? undefined : openWork(primary, atWork),
  }
}
