import type { Check } from '../judge/check.ts'
import { ofEach } from '../judge/wanted.ts'

export const u6: Check = {
  id: 'U6',
  group: 'Utilities and security',
  says: 'The clocks of every server and every site agree.',
  serves: ['our-rule', 'hipaa-audit'],
  every: 'daily',
  shownBy: 'Holdfast',
  gravity: 1,
  act: 'machines',
  wants: ({ map: { nodes }, sites: { sites } }) => {
    const needed = new Set(nodes.flatMap(({ needs, needsOneOf }) => [...needs, ...needsOneOf.flat()]))
    const servers = nodes.filter(({ kind, id }) => kind === 'host' && needed.has(id))
    return [
      ...ofEach('clock', servers, 'clock-looked-at', 'daily'),
      ...ofEach('clock:site', sites, 'clock-looked-at', 'daily'),
    ]
  },
  none: 'The plan names neither a server nor a site.',
}
