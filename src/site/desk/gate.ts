import type { Act, AuditLine, RoleGrant } from '../../access/access.ts'
import { grantsAllow, whoMay } from '../../access/may.ts'
import { breakGlassGrants } from '../../access/restricted.ts'
import { spanInWords } from '../../base/ago.ts'
import type { Session } from '../unlock/sessions.ts'
import type { Desk } from './desk.ts'

/** Who is in front of the screen, as far as this site knows. */
export type Guest = {
  name: string
  grants: RoleGrant[]
  who: AuditLine['who']
  breakGlass: boolean
}

/** undefined when the person may not work here any more. */
export function guestOf(desk: Desk, session: Session): Guest | undefined {
  const { visitor } = session
  if (visitor.kind === 'envelope') {
    return {
      name: `${visitor.name} (sealed envelope ${visitor.codeId})`,
      grants: breakGlassGrants(desk.facts.siteId),
      who: { personId: `envelope-${visitor.codeId}`, login: visitor.name },
      breakGlass: true,
    }
  }
  const person = desk.packs.opened().people?.people.find(({ personId }) => personId === visitor.personId)
  return person === undefined
    ? undefined
    : {
        name: person.name,
        grants: person.grants,
        who: { personId: person.personId, login: person.login },
        breakGlass: false,
      }
}

export type Verdict = { opens: true } | { opens: false; because: string; remedy: 'role' | 'envelope' | 'pack' }

/** Whether this guest may do this here and now: role and site first, then the policy's limit on silence, then whether there is anything to read. */
export function judge(desk: Desk, guest: Guest, act: Act): Verdict {
  if (!grantsAllow(guest.grants, act, desk.facts.siteId)) return { opens: false, because: whoMay(act), remedy: 'role' }
  if (act === 'see-site-health') return { opens: true }
  const silentMs = silenceMs(desk)
  if (silentMs > desk.settings().lockAfterMs && !guest.breakGlass)
    return {
      opens: false,
      because: `This site has heard nothing of the hub for ${spanInWords(silentMs)}, longer than the practice’s limit of ${spanInWords(desk.settings().lockAfterMs)}, so its data is locked. A sealed envelope opens it; or bring a new pack on a stick, or the line back.`,
      remedy: 'envelope',
    }
  if (desk.packs.opened().site === undefined)
    return {
      opens: false,
      because:
        'No pack has come to this site yet. It arrives by itself once the hub has published one; a stick works too.',
      remedy: 'pack',
    }
  return { opens: true }
}

/** Since the hub's last word, whatever carried it: its answer, or a newer pack on a stick. */
export function silenceMs(desk: Desk): number {
  const { panel, site } = desk.packs.manifests()
  const last = Math.max(
    desk.seen().heardAt ?? 0,
    panel?.publishedAt ?? 0,
    site?.publishedAt ?? 0,
    desk.facts.enrolledAt,
  )
  return Math.max(0, desk.clock.now() - last)
}
