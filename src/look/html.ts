import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** A piece of a page. Values put into an `html` template are escaped; only `raw` is not, and only this folder uses it. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export { html, raw }

export const nothing: Html = raw('')
