import { promised } from '../judge/cadence.ts'
import type { Check } from '../judge/check.ts'

export const u2: Check = {
  id: 'U2',
  group: 'Utilities and security',
  says: 'Each site has two lines of different technology, and one was unplugged to see the other carry.',
  serves: ['safer-1.1', 'practice-guide'],
  every: 'quarterly',
  shownBy: 'Holdfast and people',
  gravity: 2,
  act: 'lines',
  written: ({ protections: { lines }, sites: { sites } }) =>
    sites
      .filter(({ id }) => new Set(lines.filter(({ site }) => site === id).map((one) => one.technology)).size < 2)
      .map(({ name }) => `${name} has no second line of another technology.`),
  wants: ({ protections: { lines } }) =>
    lines.map(({ id, name, unplugTest }) => ({
      subject: `line:${id}`,
      name,
      kinds: ['line-drill'],
      countsForMs: promised(unplugTest, 'quarterly'),
    })),
  none: 'The plan names no line.',
}
