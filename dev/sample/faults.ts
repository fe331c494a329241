import type { SampleEhr } from '../practice/ehr.ts'
import type { Cable } from './cable.ts'
import { allergiesAreAway, bringAllergiesBack, emptyAllergies } from './empty-allergies.ts'
import type { Outside } from './outside.ts'
import type { Part } from './part.ts'
import { LOW_AFTER_MS } from './ups.ts'

/** One thing that can be broken: what breaking it does, what goes on working, and where to see both. */
export type Fault = {
  id: string
  /** `line` faults are alike and stand in one table. */
  kind: 'system' | 'line'
  title: string
  /** What the button does, in the words of somebody at the practice. */
  does: string
  stillWorks: string
  /** Where to look, and for what. */
  look: { href: string; label: string; to: string }[]
  breakLabel: string
  mendLabel: string
  /** What came of it, line by line, where only this page can show it. */
  lines?: () => string[]
  /** Undefined: it cannot be told now. */
  broken(): Promise<boolean | undefined>
  break(): Promise<void>
  mend(): Promise<void>
}

export type Breakable = {
  ehr: SampleEhr
  hub: Part
  hubUrl: string
  sites: { siteId: string; name: string; url: string; part: Part; cable: Cable }[]
  outside: Outside | undefined
}

export function faultsOf({ ehr, hub, hubUrl, sites, outside }: Breakable): Fault[] {
  const first = sites[0]
  const anySite =
    first === undefined
      ? []
      : [
          {
            href: first.url,
            label: first.name,
            to: 'today’s schedule and every chart still open, and say how old they are',
          },
        ]
  let frozen = false
  // A program that starts anew starts with a clock that runs.
  hub.hear((said) => {
    if (said === 'ended') frozen = false
  })
  return [
    {
      id: 'ehr',
      kind: 'system',
      title: 'The EHR',
      does: 'Stops both databases at once, as when the server room loses power. People at the practice can no longer sign in or chart.',
      stillWorks:
        'Every site reads, searches and prints from its own pack. The hub says that the source does not answer, and since when.',
      look: [
        { href: `${hubUrl}/sources`, label: 'Sources', to: 'the source is down, with its reason' },
        {
          href: `${hubUrl}/standby/ehr-replica`,
          label: 'Standby',
          to: 'UNKNOWN, up to when the standby has everything, and who had what open',
        },
        ...anySite,
      ],
      breakLabel: 'Stop the EHR',
      mendLabel: 'Start the EHR',
      broken: async () => ehr.primary === undefined,
      break: async () => {
        await ehr.stopPrimary()
        await ehr.stopStandby()
      },
      mend: async () => {
        await ehr.startPrimary()
        await ehr.startStandby()
      },
    },
    {
      id: 'replay',
      kind: 'system',
      title: 'The standby’s replay',
      does: 'The standby, from which Holdfast reads, goes on answering and stops taking in what happens: every answer looks right and is old.',
      stillWorks:
        'Everything, on old news. The hub asks both servers and names it; the canary finds out as well: its stamp does not come through.',
      look: [
        {
          href: `${hubUrl}/standby/ehr-replica`,
          label: 'Standby',
          to: 'BEHIND within seconds, with both servers’ own words',
        },
        {
          href: `${hubUrl}/sources`,
          label: 'Sources',
          to: 'the standby’s own time falls behind; it stands under the same alarm',
        },
        ...anySite,
      ],
      breakLabel: 'Pause the replay',
      mendLabel: 'Go on replaying',
      broken: () => ehr.replayPaused().catch(() => undefined),
      break: () => ehr.pauseReplay(),
      mend: () => ehr.resumeReplay(),
    },
    {
      id: 'allergies',
      kind: 'system',
      title: 'The EHR’s allergy table',
      does: 'Empties it, as a restore that is under way does. The EHR answers, and every answer says that nobody has an allergy.',
      stillWorks: 'Every chart keeps its allergies and says that they are held back. Everything else stays current.',
      look: [
        { href: `${hubUrl}/held`, label: 'Held back', to: 'what would go, from how many charts, and who must decide' },
        { href: `${hubUrl}/alarms`, label: 'Alarms', to: 'one alarm' },
        ...anySite,
      ],
      breakLabel: 'Empty the allergies',
      mendLabel: 'Bring the allergies back',
      broken: () => allergiesAreAway(ehr),
      break: () => emptyAllergies(ehr),
      mend: () => bringAllergiesBack(ehr),
    },
    {
      id: 'hub',
      kind: 'system',
      title: 'The hub',
      does: 'Ends the hub’s program. No new packs are made, nobody watches.',
      stillWorks:
        'Every site goes on with the pack that it has; what is done there is kept in its journal and handed over later.',
      look: [...anySite, { href: hubUrl, label: 'Hub', to: 'no page answers until it is started again' }],
      breakLabel: 'Stop the hub',
      mendLabel: 'Start the hub',
      broken: async () => !hub.running,
      break: () => hub.stop(),
      mend: () => hub.start(),
    },
    {
      id: 'clock',
      kind: 'system',
      title: 'The hub’s clock',
      does: 'Freezes the time that the hub sees, as a time server that repeats itself would.',
      stillWorks:
        'Sites judge ages by their own clocks and by what the source says, so nothing is shown younger than it is.',
      look: [{ href: `${hubUrl}/sites`, label: 'Sites', to: 'a clock that does not agree with the sites’ is said so' }],
      breakLabel: 'Freeze the clock',
      mendLabel: 'Let the clock run',
      broken: async () => frozen,
      break: async () => {
        frozen = true
        hub.say({ clock: 'freeze' })
      },
      mend: async () => {
        frozen = false
        hub.say({ clock: 'run' })
      },
    },
    ...(outside === undefined ? [] : [power(outside, hubUrl, first?.name ?? 'the server room')]),
    ...sites.map(
      (site): Fault => ({
        id: `line-${site.siteId}`,
        kind: 'line',
        title: `The line of ${site.name}`,
        does: `Cuts the line between ${site.name} and the hub. Calls get no answer, as on a dead line.`,
        stillWorks: `${site.name} works on with its last pack; the other sites notice nothing.`,
        look: [
          { href: site.url, label: site.name, to: 'its schedule, with a growing age' },
          { href: `${hubUrl}/sites`, label: 'Sites', to: `${site.name} falls silent, with its reason` },
        ],
        breakLabel: 'Cut the line',
        mendLabel: 'Mend the line',
        broken: async () => !site.cable.whole,
        break: async () => site.cable.pull(),
        mend: async () => site.cable.mend(),
      }),
    ),
  ]
}

function power(outside: Outside, hubUrl: string, at: string): Fault {
  return {
    id: 'power',
    kind: 'system',
    title: `The power at ${at}`,
    does: `Takes the mains away. The UPS of the server room carries on from its battery; after ${LOW_AFTER_MS / 1000} seconds, not twenty minutes, that is low, and the written order begins.`,
    stillWorks:
      'Everything, while the battery lasts. Paper and packs go out first, then people are told, and only then is anything stopped. The sample’s stops write a line and stop nothing.',
    look: [
      {
        href: `${hubUrl}/power`,
        label: 'Power',
        to: 'the order, step by step; power that is back in time calls it off',
      },
      { href: `${hubUrl}/systems/server-ups`, label: 'Server room UPS', to: 'what it says of its battery' },
    ],
    breakLabel: `Power fails at ${at}`,
    mendLabel: 'Power is back',
    lines: () => outside.lines(),
    broken: async () => !outside.ups.mains,
    break: async () => outside.powerFails(),
    mend: async () => outside.ups.back(),
  }
}
