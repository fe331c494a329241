import { Command } from 'commander'
import { makeLog } from '../base/log.ts'
import { systemClock } from '../base/time.ts'
import { askingOf } from '../hub/asking.ts'
import { examine } from '../hub/doctor/doctor.ts'
import { configOf, withConfig } from './hub-options.ts'

const SHOWN = { good: 'good', look: 'LOOK', bad: 'BAD ' } as const

export function doctorCommand(): Command {
  return withConfig(new Command('doctor'))
    .description('look at what the hub stands on; exit 1 when something is bad')
    .option('--patients', 'list the patients of charts that held two people (patient data)')
    .action(async (options: { config: string; patients?: boolean }) => {
      const config = configOf(options)
      const { dataDir, databaseUrl } = config
      const log = makeLog('doctor', 'error', 2)
      const { patients = false } = options
      const findings = await examine({ dataDir, databaseUrl, log, asking: askingOf(config), patients }, systemClock)
      for (const { verdict, what, because, so, lines = [] } of findings) {
        console.log(`${SHOWN[verdict]}  ${what}: ${because}`)
        if (so !== undefined) console.log(`      ${so}`)
        for (const line of lines) console.log(`      - ${line}`)
      }
      if (findings.some(({ verdict }) => verdict === 'bad')) process.exitCode = 1
    })
}
