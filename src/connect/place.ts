import { isIP } from 'node:net'
import { z } from 'zod'

/** A name or an address; never something that a program could take for an option. */
export const hostShape = z
  .string()
  .regex(/^(?!-)[\w.:%-]{1,253}$/, 'a host name or an IP address')
  .transform((text) => text.replace(/\.$/, ''))
export const portShape = z.number().int().min(1).max(65_535)
export const deadlineShape = z.number().int().min(50).max(120_000)

/** The address of this machine that the question goes out from. */
export const fromShape = z.string().refine((text) => isIP(text) !== 0, 'an IP address of this machine')

/** `10.0.0.5:443`, `[fe80::1]:443`. */
export function placeOf(host: string, port: number): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}
