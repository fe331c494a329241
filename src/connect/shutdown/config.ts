import { z } from 'zod'

/** Program and arguments, given to no shell. The program by its whole path, so that nobody's PATH decides what runs. */
export const argvShape = z
  .array(z.string().max(500))
  .min(1)
  .max(40)
  .refine((argv) => argv[0]?.startsWith('/') === true, 'the program by its whole path, such as /usr/bin/ssh')
