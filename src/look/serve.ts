import { Hono } from 'hono'
import { assetNamed } from './assets.ts'

/** Headers of every page: nothing from outside, nothing framed, nothing sniffed, nothing kept where a browser could leave it behind. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not no-referrer: forms would then say that they come from nowhere.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=()',
  'cache-control': 'no-store',
} as const

/** Routes for fonts, styles and the live script: `app.route('/look', lookRoutes())`. */
export function lookRoutes(): Hono {
  const app = new Hono()
  app.get('/:name', (c) => {
    const asset = assetNamed(c.req.param('name'))
    if (asset === undefined) return c.text('There is nothing here.', 404)
    const headers = { etag: asset.etag, 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' }
    if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304, headers)
    return c.body(new Uint8Array(asset.bytes), 200, { ...headers, 'content-type': asset.type })
  })
  return app
}
