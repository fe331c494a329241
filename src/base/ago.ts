import { DAY, HOUR, MINUTE, SECOND } from './time.ts'

/** A span as people say it: `now`, `40 s`, `14 min`, `3 h 20 min`, `2 d 4 h`. Negative spans read as `now`. */
export function spanInWords(spanMs: number): string {
  if (spanMs < SECOND) return 'now'
  if (spanMs < MINUTE) return `${Math.floor(spanMs / SECOND)} s`
  if (spanMs < HOUR) return `${Math.floor(spanMs / MINUTE)} min`
  if (spanMs < DAY) return twoParts(spanMs, HOUR, 'h', MINUTE, 'min')
  return twoParts(spanMs, DAY, 'd', HOUR, 'h')
}

function twoParts(spanMs: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((spanMs % big) / small)
  return `${Math.floor(spanMs / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`
}

/** `14 min ago`, or `just now`. */
export function agoInWords(spanMs: number): string {
  return spanMs < SECOND ? 'just now' : `${spanInWords(spanMs)} ago`
}
