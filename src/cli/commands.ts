import type { Command } from 'commander'
import { auditCommand } from './audit.ts'
import { doctorCommand } from './doctor.ts'
import { hubCommand } from './hub.ts'
import { peopleCommand } from './people.ts'
import { siteCommand } from './site.ts'
import { sourceCommand } from './source.ts'

/** Every command, one file each, in the order of the help: `<name>Command()` declares it and calls into the part that does it. */
export const commands: readonly (() => Command)[] = [
  hubCommand,
  siteCommand,
  sourceCommand,
  peopleCommand,
  auditCommand,
  doctorCommand,
]
