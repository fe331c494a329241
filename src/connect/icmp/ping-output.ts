/** What the system's ping (iputils, or busybox) counted. Times in ms; undefined where nothing came back. */
export type Pinged = { sent: number; received: number; medianMs: number | undefined }

/** Reads what ping prints in the C locale; undefined when it is not a count. */
export function pingedIn(output: string): Pinged | undefined {
  const [, sent, received] = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(output) ?? []
  if (sent === undefined || received === undefined) return undefined
  const times = [...output.matchAll(/time[=<]([\d.]+) ?ms/g)].map((found) => Number(found[1])).toSorted((a, b) => a - b)
  return { sent: Number(sent), received: Number(received), medianMs: times[Math.floor(times.length / 2)] }
}

/** Why this machine could not ask at all, by what ping complains of; undefined when it could. */
export function whyNotPinged(complaint: string): string | undefined {
  if (/not permitted|permission denied|lacking privilege/i.test(complaint))
    return 'This machine does not let the hub send pings. `setcap cap_net_raw+ep` on ping, or net.ipv4.ping_group_range, allows it.'
  if (
    /unknown host|name or service not known|temporary failure in name resolution|no address associated/i.test(complaint)
  )
    return 'The name is not known here (DNS), so the host was not asked.'
  if (/network is unreachable/i.test(complaint)) return 'From here no route leads to the host: it was not asked.'
  if (/cannot assign|invalid (source )?address|unknown iface|cannot bind/i.test(complaint))
    return 'This machine has no such address to ask from.'
  return undefined
}
