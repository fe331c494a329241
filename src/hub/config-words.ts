import { z } from 'zod'
import { DAY, HOUR, MINUTE, SECOND } from '../base/time.ts'

const UNITS: { [unit: string]: number } = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** A time as the configuration says it, in ms. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, 'a time such as 30s, 5m, 2h or 7d')
  .transform((text) => Number.parseInt(text, 10) * (UNITS[text.replace(/^\d+/, '')] ?? 1))

export const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens')
