import { type EscalationPlan, outOfReach } from '../../monitor/escalation.ts'

/** One thing that the doctor looked at. `so` says what to do, when something is to be done; `lines`: each single case, where that was asked for. */
export type Finding = { verdict: 'good' | 'look' | 'bad'; what: string; because: string; so?: string; lines?: string[] }

/**
 * The newest minor release of each PostgreSQL major when this version of Holdfast was made. Minor releases come out together, four times a year,
 * and carry the security fixes.
 */
const NEWEST_MINOR: Readonly<Record<number, number>> = { 15: 20, 16: 16, 17: 12, 18: 6 }

export function judgeServer(version: { major: number; minor: number }, origin: 'system' | 'embedded' | 'own'): Finding {
  const what = 'PostgreSQL'
  const name = `${version.major}.${version.minor}`
  const whose = {
    system: "the machine's own",
    embedded: 'the one that came with Holdfast',
    own: "the practice's own server",
  }[origin]
  const newest = NEWEST_MINOR[version.major]
  if (version.major < 15)
    return {
      verdict: 'bad',
      what,
      because: `${name} (${whose}) is older than 15.`,
      so: 'Move to a PostgreSQL of 15 or later.',
    }
  if (newest === undefined || version.minor >= newest) return { verdict: 'good', what, because: `${name}, ${whose}.` }
  const so =
    origin === 'embedded'
      ? 'It listens on a private socket only. For one that is kept patched, install PostgreSQL from your distribution before the first start, or set HOLDFAST_DATABASE_URL.'
      : `Update it to ${version.major}.${newest}.`
  return { verdict: 'look', what, because: `${name} (${whose}) lacks the fixes of ${version.major}.${newest}.`, so }
}

export function judgeAccount(name: string | undefined): Finding {
  const what = 'Account of the database'
  if (name === 'nobody')
    return {
      verdict: 'look',
      what,
      because: 'The hub is started by root, so its database runs as nobody, an account that other programs share.',
      so: 'Make an account of its own before the first start (useradd -r holdfast), or start the hub as an ordinary user.',
    }
  return {
    verdict: 'good',
    what,
    because: name === undefined ? 'The hub and its database run as the same ordinary user.' : `It runs as ${name}.`,
  }
}

const LITTLE = 2 * 1024 ** 3
const TOO_LITTLE = 256 * 1024 ** 2

export function judgeDisk(freeBytes: number, folder: string): Finding {
  const what = 'Disk'
  const because = `${(freeBytes / 1024 ** 3).toFixed(1)} GB are free at ${folder}.`
  if (freeBytes < TOO_LITTLE)
    return { verdict: 'bad', what, because, so: 'Make room at once: the database stops when the disk is full.' }
  if (freeBytes < LITTLE) return { verdict: 'look', what, because, so: 'Make room soon.' }
  return { verdict: 'good', what, because }
}

/** More than this between the hub's clock and its database's is wrong: freshness would be told falsely. */
const CLOCK_MS = 2000

export function judgeClock(aheadMs: number): Finding {
  const what = 'Clocks'
  const seconds = Math.round(Math.abs(aheadMs) / 100) / 10
  return Math.abs(aheadMs) > CLOCK_MS
    ? {
        verdict: 'bad',
        what,
        because: `The database's clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the hub's.`,
        so: 'Set both by the same time service.',
      }
    : { verdict: 'good', what, because: 'The hub and its database agree on the time.' }
}

/** Settings of a server of the practice's own that can lose what was acknowledged. */
export function judgeDurability(settings: {
  fsync: string
  full_page_writes: string
  synchronous_commit: string
}): Finding {
  const what = 'Durability'
  const off = Object.entries(settings)
    .filter(([, value]) => value === 'off')
    .map(([name]) => name)
  return off.length > 0
    ? {
        verdict: 'bad',
        what,
        because: `${off.join(' and ')} ${off.length > 1 ? 'are' : 'is'} off: a power cut loses what was saved.`,
        so: 'Turn it on again.',
      }
    : { verdict: 'good', what, because: 'What is saved is on the disk.' }
}

export function judgeNode(version: string): Finding {
  const what = 'Node'
  const major = Number.parseInt(version.replace(/^v/, ''), 10)
  return major >= 24
    ? { verdict: 'good', what, because: `${version}.` }
    : {
        verdict: 'bad',
        what,
        because: `${version} is too old.`,
        so: 'Start Holdfast by npm (npm start, npm run holdfast), which brings its own.',
      }
}

/** `plan`: who is asked to take alarms; undefined when nobody stands in the escalation that is to be gone through. */
export function judgeAsked(plan: EscalationPlan | undefined): Finding {
  const what = 'Who is asked to take alarms'
  const so =
    'Give each an address or number, and configure what carries it (notices: email, sms, voice or push). Alarms still show on the pages, and go to whoever is told under Settings.'
  if (plan === undefined)
    return {
      verdict: 'bad',
      what,
      because: 'There is nobody in that escalation of the contingency plan now, or no plan is kept.',
      so,
    }
  const names = outOfReach(plan)
  const asked = new Set(plan.steps.flatMap(({ people }) => people))
  if (names.length === 0)
    return { verdict: 'good', what, because: 'Each of them has an address or number that is carried.' }
  const because = `Nothing that is configured reaches ${names.join(', ')}.`
  return names.length < asked.size
    ? { verdict: 'look', what, because: `${because} They are passed over.`, so }
    : { verdict: 'bad', what, because: `${because} Nobody can be asked.`, so }
}
