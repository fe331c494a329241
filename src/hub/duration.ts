import { z } from 'zod'
import { DAY, HOUR, MINUTE, SECOND } from '../base/time.ts'

const UNITS: { [unit: string]: number } = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** A time in the configuration, such as `30s`; milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, 'a time such as 30s, 5m, 2h or 7d')
  .transform((text) => Number.parseInt(text, 10) * (UNITS[text.replace(/^\d+/, '')] ?? 1))
