import type { FillProgress } from '../practice/fill.ts'
import { SITES } from '../practice/sites.ts'
import { SAMPLE_PASSWORD, type SamplePerson } from './people.ts'
import type { Ports } from './ports.ts'

/** What `npm start` says on the terminal: lines, one line of progress that rewrites itself where it can, and where to go. */
export type Teller = {
  say: (line: string) => void
  progress: (at: FillProgress) => void
  /** Where to go, as soon as the hub answers. */
  welcome: (ports: Ports, people: SamplePerson[], tookMs: number) => void
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
    welcome: (ports, people, tookMs) => {
      const at = (port: number | undefined): string => `http://127.0.0.1:${port}`
      const sites = SITES.map((site, nth) => [site.name, at(ports.sites[nth])])
      const rows = [['Hub', at(ports.hub)], ...sites, ['Break something', at(ports.breaker)]]
      const width = Math.max(...rows.map(([name]) => name?.length ?? 0))
      const logins = Math.max(...people.map((person) => person.login.length))
      say(
        [
          '',
          ...rows.map(([name, url]) => `  ${name?.padEnd(width)}  ${url}`),
          '',
          `  Sign in, at the hub and at the sites, with the password "${SAMPLE_PASSWORD}" as`,
          ...people.map((person) => `  ${person.login.padEnd(logins)}  ${person.whoFor}`),
          '',
          `The hub answers after ${(tookMs / 1000).toFixed(1)} s; the sites follow.`,
        ].join('\n'),
      )
    },
  }
}

function inWords(at: FillProgress): string {
  const number = (value: number): string => value.toLocaleString('en')
  return `Filling: ${number(at.patients)} of ${number(at.ofPatients)} patients, ${at.days} of ${at.ofDays} days of the book`
}
