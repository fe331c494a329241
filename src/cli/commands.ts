import type { Command } from 'commander'

/**
 * Every command, one file each, in the order of the help: `<name>Command()` declares it and calls into the part that does it. A file is loaded
 * when its command is asked for, so that looking something up does not wait for what only the hub needs.
 */
export const commands: { readonly [name: string]: () => Promise<Command> } = {
  hub: async () => (await import('./hub.ts')).hubCommand(),
  site: async () => (await import('./site.ts')).siteCommand(),
  source: async () => (await import('./source.ts')).sourceCommand(),
  pack: async () => (await import('./pack.ts')).packCommand(),
  people: async () => (await import('./people.ts')).peopleCommand(),
  audit: async () => (await import('./audit.ts')).auditCommand(),
  plan: async () => (await import('./plan.ts')).planCommand(),
  evidence: async () => (await import('./evidence.ts')).evidenceCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
}
