import type { FillProgress } from '../practice/fill.ts'
import type { Sample } from './sample.ts'

/** What `npm start` says on the terminal: lines, one line of progress that rewrites itself where it can, and where to go. */
export type Teller = {
  say: (line: string) => void
  progress: (at: FillProgress) => void
  welcome: (sample: Sample, breakerUrl: string, password: string, tookMs: number) => void
}

const EVERY_MS = 5000

export function makeTeller(out: NodeJS.WriteStream = process.stdout): Teller {
  let shown = ''
  let saidAt = 0
  const clear = (): void => {
    if (shown !== '' && out.isTTY) out.write(`\r${' '.repeat(shown.length)}\r`)
  }
  const say = (line: string): void => {
    clear()
    out.write(`${line}\n`)
    if (out.isTTY) out.write(shown)
  }
  return {
    say,
    progress: (at) => {
      const line = inWords(at)
      if (out.isTTY) {
        clear()
        shown = at.days === at.ofDays ? '' : line
        out.write(shown)
      } else if (performance.now() - saidAt > EVERY_MS) {
        saidAt = performance.now()
        out.write(`${line}\n`)
      }
    },
    welcome: ({ hubUrl, people, sites }, breakerUrl, password, tookMs) => {
      const rows = [['Hub', hubUrl], ...sites.map((site) => [site.name, site.url]), ['Break something', breakerUrl]]
      const width = Math.max(...rows.map(([name]) => name?.length ?? 0))
      const logins = Math.max(...people.map((person) => person.login.length))
      say(
        [
          '',
          ...rows.map(([name, url]) => `  ${name?.padEnd(width)}  ${url}`),
          '',
          `  Sign in, at the hub and at the sites, with the password "${password}" as`,
          ...people.map((person) => `  ${person.login.padEnd(logins)}  ${person.whoFor}`),
          '',
          `Usable after ${(tookMs / 1000).toFixed(1)} s.`,
        ].join('\n'),
      )
    },
  }
}

function inWords(at: FillProgress): string {
  const number = (value: number): string => value.toLocaleString('en')
  return `Filling: ${number(at.patients)} of ${number(at.ofPatients)} patients, ${at.days} of ${at.ofDays} days of the book`
}
