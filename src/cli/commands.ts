import type { Command } from 'commander'
import { addAudit } from './audit.ts'
import { addDoctor } from './doctor.ts'
import { addPeople } from './people.ts'

/** Every command, one file each: `add<Name>(program)` declares it and calls into the part that does it. */
export const commands: readonly ((program: Command) => void)[] = [addAudit, addDoctor, addPeople]
