import { z } from 'zod'

const text = z.string().min(1)
const value: z.ZodType<Fields[string]> = z.lazy(() => z.union([text, z.number(), z.boolean(), z.record(text, value)]))
type Fields = { [name: string]: string | number | boolean | Fields }

/**
 * A provider that sends text messages or makes calls, spoken to over HTTP: most are a POST with a user and some fields. In `url`, `headers` and
 * `fields`, `{to}`, `{text}`, `{subject}`, `{key}` and `{answer}` (the link by which it is taken) stand for the notice's own. Secrets go into
 * `headers` or `user`/`password`, from the environment.
 */
export const phoneShape = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  as: z.enum(['form', 'json']).default('form'),
  user: text.optional(),
  password: text.optional(),
  headers: z.record(text, text).default({}),
  fields: z.record(text, value),
  /** What is longer is cut, before the link. */
  mostChars: z.number().int().min(80).default(480),
  deadlineMs: z.number().int().positive().default(15_000),
})

export type PhoneConfig = z.infer<typeof phoneShape>
