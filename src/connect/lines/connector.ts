import { act, watch } from '../finding.ts'
import { answered, looking, notAnswered } from '../looking.ts'
import type { Answer, Finding, Measured, Probe, ProbeName } from '../probe.ts'
import type { LinesConfig } from './config.ts'
import { type LineSeen, lookThrough } from './one-line.ts'

/** Whether each Internet line really carries, each asked through its own address; and whether two lines are two. */
export function linesProbe({ id, observes }: ProbeName, config: LinesConfig): Probe {
  const what = config.lines.length === 1 ? `The line ${config.lines[0]?.name}` : 'The Internet lines'
  return {
    id,
    kind: 'lines',
    observes,
    look: (signal) =>
      looking({ what, deadlineMs: config.deadlineMs, signal }, async (over) =>
        judgeLines(await Promise.all(config.lines.map((line) => lookThrough(line, config, over))), config),
      ),
  }
}

/** What was seen over the lines, pure. Only when none carries is there no answer; one that is out is why there are two. */
export function judgeLines(seen: LineSeen[], config: Pick<LinesConfig, 'watchLossPercent' | 'address'>): Answer {
  const carrying = seen.filter((line) => line.through > 0)
  const measured = seen.flatMap(measuredOf)
  if (carrying.length === 0)
    return notAnswered(
      seen.map((line) => deadWords(line)).join(' ') + (seen.length > 1 ? ' Nothing gets out.' : ''),
      measured,
    )
  const findings: Finding[] = [
    ...seen.filter((line) => line.through === 0).map((line) => act(deadWords(line))),
    ...carrying.flatMap((line) => lossFinding(line, config.watchLossPercent)),
    ...sameWayOut(carrying),
    ...(config.address === undefined
      ? []
      : carrying
          .filter((line) => line.publicAddress === undefined)
          .map((line) => watch(`Over ${line.name} nobody said which address is seen outside.`))),
  ]
  const because =
    seen.length === 1
      ? `The line ${seen[0]?.name} carries.`
      : `${carrying.length} of ${seen.length} lines carry: ${carrying.map((line) => line.name).join(', ')}.`
  return answered(because, measured, findings)
}

function deadWords({ name, from, tried }: LineSeen): string {
  return from === undefined
    ? `The line ${name} is not there: this machine has no address on it.`
    : `The line ${name} carries nothing: none of ${tried} connections from ${from} came through.`
}

function lossFinding({ name, tried, through }: LineSeen, limit: number): Finding[] {
  const loss = lossOf(tried, through)
  return loss > 0 && loss >= limit ? [watch(`The line ${name} loses ${loss} % of the connections.`)] : []
}

/** Two lines that are seen outside under one address leave by one door, and fall together. */
function sameWayOut(carrying: LineSeen[]): Finding[] {
  const doors = Map.groupBy(
    carrying.filter((line) => line.publicAddress !== undefined),
    (line) => line.publicAddress,
  )
  return [...doors].flatMap(([address, lines]) =>
    lines.length < 2
      ? []
      : [
          act(
            `${lines.map((line) => line.name).join(' and ')} are both seen outside as ${address}: they are one line. Look at the routing by source address.`,
          ),
        ],
  )
}

function measuredOf({ name, from, tried, through, medianMs, publicAddress }: LineSeen): Measured[] {
  return [
    ...(from === undefined ? [] : [{ what: `${name} loss`, value: lossOf(tried, through), unit: '%' } as const]),
    ...(medianMs === undefined ? [] : [{ what: `${name} connects in`, value: medianMs, unit: 'ms' } as const]),
    ...(publicAddress === undefined
      ? []
      : [{ what: `${name} seen outside as`, value: publicAddress, unit: 'text' } as const]),
  ]
}

function lossOf(tried: number, through: number): number {
  return tried === 0 ? 100 : Math.round(100 * (1 - through / tried))
}
