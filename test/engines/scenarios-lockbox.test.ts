import { LOCKBOX, testOf } from '../scenarios/stage/played.ts'

// Those that scenarios.test.ts plays with every `npm test` are not played twice.
const ALREADY = new Set(['everything-dead-but-the-lockbox', 'no-patient-data-in-logs'])
for (const name of LOCKBOX) if (!ALREADY.has(name)) testOf(name)
