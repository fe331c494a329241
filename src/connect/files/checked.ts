/**
 * `unfinished`: it may still be being written; once it has not changed for long, it is `afterwards`. `bad`: nothing in it can be used. Everything
 * else is judged record by record.
 */
export type Checked =
  | { type: 'good' }
  | { type: 'bad'; because: string }
  | { type: 'unfinished'; because: string; afterwards: 'good' | 'bad' }
