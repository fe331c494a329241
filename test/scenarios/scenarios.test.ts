import { testOf } from './stage/played.ts'

// The two that show most in the least time; the others are played in the engine suite.
testOf('everything-dead-but-the-lockbox')
testOf('no-patient-data-in-logs')
