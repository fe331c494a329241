import { migrations as access } from '../../access/migrations.ts'
import type { Migration } from '../../base/database.ts'
import { migrations as chart, recordMigrations } from '../../chart/migrations.ts'
import { migrations as monitor } from '../../monitor/migrations.ts'
import { migrations as observations } from '../../monitor/observations/migrations.ts'
import { migrations as power } from '../../monitor/power/migrations.ts'
import { migrations as standby } from '../../monitor/standby/migrations.ts'
import { migrations as evidence } from '../../readiness/evidence/migrations.ts'
import { migrations as readiness } from '../../readiness/migrations.ts'
import { migrations as audit } from '../audit/migrations.ts'
import { migrations as beats } from '../beats/migrations.ts'
import { migrations as held } from '../held/migrations.ts'
import { migrations as keys } from '../keys/migrations.ts'
import { migrations as policy } from '../policy/migrations.ts'
import { migrations as publications } from '../publications/migrations.ts'
import { migrations as sheets } from '../sheets/migrations.ts'
import { migrations as sites } from '../sites/migrations.ts'
import { readAnewMigrations, migrations as sources } from '../sources/migrations.ts'
import { migrations as tasks } from '../tasks/migrations.ts'

/** Every module's migrations, in the order in which they are applied. One line for each module; a new one goes at the end. */
export const allMigrations: readonly Migration[] = [
  ...access,
  ...chart,
  ...keys,
  ...sources,
  ...sites,
  ...policy,
  ...publications,
  ...tasks,
  ...monitor,
  ...sheets,
  ...audit,
  ...readiness,
  ...observations,
  ...beats,
  ...standby,
  ...evidence,
  ...power,
  ...recordMigrations,
  ...readAnewMigrations,
  ...held,
]
