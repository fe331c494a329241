import { LOCKBOX, SCENARIOS, testOf } from '../scenarios/stage/played.ts'

for (const name of SCENARIOS) if (!LOCKBOX.includes(name)) testOf(name)
