import type { Instant } from '../../base/time.ts'

/** When the signatures were made, by their own word. */
export type Signatures = { number: number; madeAt: Instant }

/**
 * clamd's answer to VERSION: `ClamAV 1.4.6/27500/Mon Nov 23 08:25:11 2026`. Without an official database it is `ClamAV 1.4.6` only, and then nobody
 * knows how old the signatures are. The time is the scanner's own; it is read as UTC, which may be half a day off.
 */
export function signaturesInVersion(said: string): Signatures | undefined {
  const [, number, at] = /^ClamAV [^/]+\/(\d+)\/(.+)$/.exec(said.trim()) ?? []
  const when = /^\w{3} (\w{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})$/.exec(at ?? '')
  return when === null ? undefined : signatures(number, `${when[2]} ${when[1]} ${when[4]} ${when[3]} +0000`)
}

/**
 * The first 512 bytes of a `.cvd` or `.cld`, as `sigtool --info` reads them: `ClamAV-VDB:23 Nov 2026 08-25 -0500:27500:2076000:90:...`. The file's own
 * date is of no use: copying it makes it new.
 */
export function signaturesInHeader(header: string): Signatures | undefined {
  const found = /^ClamAV-VDB:(\d{1,2} \w{3} \d{4}) (\d\d)[-:](\d\d) ([+-]\d{4}):(\d+):/.exec(header)
  return found === null ? undefined : signatures(found[5], `${found[1]} ${found[2]}:${found[3]} ${found[4]}`)
}

function signatures(number: string | undefined, at: string): Signatures | undefined {
  const madeAt = Date.parse(at)
  return number === undefined || !Number.isFinite(madeAt) ? undefined : { number: Number(number), madeAt }
}
