/** What came of giving the scanner its test file. `version`: as clamd says it; undefined where only clamscan is there. */
export type Scanned =
  | { answer: 'scanned'; version: string | undefined; seen: 'found' | 'missed' | 'not-scanned' }
  | { answer: 'nonsense' }
  /** No such program on this machine. */
  | { answer: 'no-program' }
