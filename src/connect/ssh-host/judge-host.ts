import { spanInWords } from '../../base/ago.ts'
import { act, watch } from '../finding.ts'
import type { Finding, Measured } from '../probe.ts'
import type { SshHostConfig } from './config.ts'
import type { HostFacts } from './host-facts.ts'

/** The two instants, by our clock, between which the host read its own. */
export type Between = { before: number; after: number }

/** What a host's facts mean: what is wrong, and the numbers behind it. What it did not say is a finding too, not a pass. */
export function judgeHost(
  facts: HostFacts,
  between: Between | undefined,
  config: SshHostConfig,
): { findings: Finding[]; measured: Measured[] } {
  const skew = skewOf(facts.clock, between)
  const free = share(facts.memory.get('MemAvailable'), facts.memory.get('MemTotal'))
  const perCore = facts.load === undefined || !facts.cores ? undefined : facts.load / facts.cores
  const findings = [
    ...diskFindings(facts, config),
    ...(free === undefined
      ? [watch('It does not say how much memory is free.')]
      : free < config.memoryWatchPercent
        ? [watch(`Only ${free} % of its memory is free.`)]
        : []),
    ...(perCore !== undefined && perCore > config.loadWatchPerCore
      ? [watch(`Its load over five minutes is ${facts.load} on ${facts.cores} processors.`)]
      : []),
    ...skewFindings(skew, config),
    ...(facts.rebootPending === true ? [watch('It waits for a reboot to bring updates into use.')] : []),
    ...config.services.flatMap((name) => serviceFinding(name, facts.services.get(name))),
  ]
  return { findings, measured: measuredOf(facts, skew, free) }
}

/**
 * How far its clock is off, at the least: the time that it told was read at some moment between our question and its answer, so within that span nothing
 * is known. Positive: it is ahead.
 */
export function skewOf(clock: number | undefined, between: Between | undefined): number | undefined {
  if (clock === undefined || between === undefined) return undefined
  if (clock > between.after) return Math.round(clock - between.after)
  return clock < between.before ? Math.round(clock - between.before) : 0
}

function diskFindings({ disks, inodesUsedPercent }: HostFacts, config: SshHostConfig): Finding[] {
  const weigh = (percent: number, says: string): Finding[] =>
    percent >= config.diskActPercent ? [act(says)] : percent >= config.diskWatchPercent ? [watch(says)] : []
  if (disks.size === 0) return [watch('It does not say how full its disks are.')]
  return [
    ...[...disks].flatMap(([mount, { usedPercent }]) =>
      weigh(usedPercent, `The disk at ${mount} is ${usedPercent} % full.`),
    ),
    ...[...inodesUsedPercent].flatMap(([mount, percent]) =>
      weigh(percent, `The disk at ${mount} has ${100 - percent} % of its file entries left.`),
    ),
  ]
}

function skewFindings(skew: number | undefined, { skewWatchMs, skewActMs }: SshHostConfig): Finding[] {
  if (skew === undefined) return [watch('It does not say what time it has.')]
  const says = `Its clock is ${spanInWords(Math.abs(skew))} ${skew > 0 ? 'ahead' : 'behind'}.`
  return Math.abs(skew) >= skewActMs ? [act(says)] : Math.abs(skew) >= skewWatchMs ? [watch(says)] : []
}

function serviceFinding(name: string, state: string | undefined): Finding[] {
  if (state === 'active') return []
  if (state === undefined || state === '') return [act(`It does not say whether ${name} runs.`)]
  if (state === 'no-systemd') return [watch(`Nobody there can say whether ${name} runs: it has no systemd.`)]
  return [act(`The service ${name} is ${state}.`)]
}

function measuredOf(facts: HostFacts, skew: number | undefined, free: number | undefined): Measured[] {
  const disks = [...facts.disks].slice(0, 12)
  return [
    ...disks.map(([mount, disk]): Measured => ({ what: `disk ${mount} used`, value: disk.usedPercent, unit: '%' })),
    ...disks.map(([mount, disk]): Measured => ({ what: `disk ${mount} free`, value: disk.freeBytes, unit: 'bytes' })),
    ...(free === undefined ? [] : [{ what: 'memory free', value: free, unit: '%' } as const]),
    ...(facts.load === undefined ? [] : [{ what: 'load, 5 min', value: facts.load, unit: 'count' } as const]),
    ...(skew === undefined ? [] : [{ what: 'clock ahead, at least', value: skew, unit: 'ms' } as const]),
    ...(facts.uptimeS === undefined ? [] : [{ what: 'up for', value: Math.round(facts.uptimeS), unit: 's' } as const]),
  ]
}

function share(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined || whole <= 0 ? undefined : Math.round((part / whole) * 100)
}
