import type { Instant } from '../../base/time.ts'

export const BEAT_WORDS = ['start', 'progress', 'done', 'failed'] as const
export type BeatWord = (typeof BEAT_WORDS)[number]

/** One call of a script. `exit`: the number that it ended with, if it said so. */
export type Beat = { at: Instant; word: BeatWord; exit: number | undefined }
