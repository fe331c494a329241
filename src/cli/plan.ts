import { Command } from 'commander'
import { systemClock } from '../base/time.ts'
import { readPlanFolder } from '../readiness/folder/store.ts'
import { checkPlan } from '../readiness/plan/check-plan.ts'
import { notJudgedInWords } from '../readiness/plan/not-judged.ts'
import { complaintInWords } from '../readiness/plan/plan-complaint.ts'
import { countsInWords } from '../readiness/plan/plan-counts.ts'
import { initPlan } from './plan-init.ts'
import { showPlan } from './plan-show.ts'
import { planTonight } from './plan-tonight.ts'
import { versionCommands } from './plan-versions.ts'
import { planWithout } from './plan-without.ts'

const FOLDER = 'plan'

/** `holdfast plan ...`: `check` ends with exit code 1 when something is wrong with a plan or still blank. */
export function planCommand(): Command {
  const plan = new Command('plan').description('The contingency plan: one folder of YAML and Markdown')
  plan
    .command('check')
    .description('Tell everything that is wrong with a plan, with file, line, column and what to write instead.')
    .argument('[folder]', "the plan's folder", FOLDER)
    .option('--json', 'as JSON, for programs')
    .action(async (folder: string, { json = false }: { json?: boolean }) => {
      process.exitCode = (await check(folder, json)) ? 0 : 1
    })
  plan
    .command('init')
    .description('Interview a new practice, and leave a plan whose blanks are visible.')
    .argument('[folder]', 'where to put it', FOLDER)
    .option('--answers <file>', 'answers from a YAML file, by the key of each question, instead of the terminal')
    .action(initPlan)
  plan
    .command('show')
    .description('A plan on one page: who is on call now, what matters, what falls with what.')
    .argument('[folder]', "the plan's folder", FOLDER)
    .action(showPlan)
  plan
    .command('tonight')
    .description(
      'If it happened now: for each scenario when sites read, when systems are back, what is lost, who acts.',
    )
    .option('--plan <folder>', "the plan's folder", FOLDER)
    .option('--at <moment>', 'a night, such as "2026-11-23 02:00" on the wall of the practice; now, when left out')
    .action(planTonight)
  plan
    .command('without')
    .description('The appendicitis test: who or what is taken out, and what can no longer be finished.')
    .argument(
      '[ids...]',
      'people, credentials, lines, hosts, switches, vendors to take out together; each and each two, when left out',
    )
    .option('--plan <folder>', "the plan's folder", FOLDER)
    .option('--at <moment>', 'a night, such as "2026-11-23 02:00" on the wall of the practice; now, when left out')
    .action(planWithout)
  for (const command of versionCommands(FOLDER)) plan.addCommand(command)
  return plan
}

async function check(folder: string, json: boolean): Promise<boolean> {
  const at = systemClock.now()
  const { complaints, notJudged, faults, blanks, warnings } = checkPlan(await readPlanFolder(folder), at)
  const good = faults + blanks === 0
  if (json) {
    console.log(JSON.stringify({ at, folder, good, faults, blanks, warnings, notJudged, complaints }, null, 1))
    return good
  }
  for (const complaint of complaints) console.log(complaintInWords(complaint))
  for (const line of notJudgedInWords(notJudged)) console.log(line)
  console.log(`${countsInWords({ faults, blanks, warnings })}.`)
  return good
}
