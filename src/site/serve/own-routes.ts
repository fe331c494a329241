import { X509Certificate } from 'node:crypto'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { reasonOf } from '../../base/failure.ts'
import { SECOND } from '../../base/time.ts'
import { silenceMs } from '../desk/gate.ts'
import { type HealthValues, healthPage } from '../pages/health-page.ts'
import { printerState } from '../print/ipp-client.ts'
import { type Env, needs, show, surroundings, type Visit } from './visit.ts'

const KEEP_OPEN_MS = 20 * SECOND

/** How this site itself is, and the stream that tells open pages to look again. */
export function ownRoutes(): Hono<Env> {
  const app = new Hono<Env>()

  app.get('/health', needs('see-site-health'), async (c) => show(c, healthPage(surroundings(c), await healthOf(c))))

  app.get('/live', (c) => {
    if (c.var.session === undefined) return c.text('Sign in first.', 403)
    return streamSSE(c, async (stream) => {
      const line = { open: true, told: false, wake: (): void => {} }
      const stop = c.var.desk.onChange(() => {
        line.told = true
        line.wake()
      })
      const end = (): void => {
        line.open = false
        stop()
        line.wake()
      }
      stream.onAbort(end)
      c.req.raw.signal.addEventListener('abort', end, { once: true })
      await stream.write(': here\n\n')
      while (line.open) {
        if (!line.told) await woken(line)
        if (!line.open) break
        if (line.told) await stream.writeSSE({ event: 'changed', data: '["packs"]' })
        else await stream.write(': still here\n\n')
        line.told = false
      }
    })
  })
  return app
}

function woken(line: { wake: () => void }): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, KEEP_OPEN_MS)
    line.wake = () => {
      clearTimeout(timer)
      resolve()
    }
  })
}

async function healthOf(c: Visit): Promise<HealthValues> {
  const { desk } = c.var
  const { panel, site } = desk.packs.manifests()
  const seen = desk.seen()
  return {
    standbys: { standbys: desk.packs.opened().site?.standbys ?? [], saidAt: site?.publishedAt },
    pull: desk.pull.status(),
    heardAt: seen.heardAt,
    silentMs: silenceMs(desk),
    panelSequence: panel?.sequence,
    siteSequence: site?.sequence,
    patients: desk.packs.opened().panel?.patients,
    diskFreeBytes: await desk.diskFreeBytes(),
    journalWaiting: desk.journal.waiting(),
    journalFaults: desk.journal.faults(),
    ...desk.keys.count(),
    sessions: desk.sessions.count(),
    signedInAt: seen.signedInAt,
    startedAt: desk.startedAt,
    version: desk.version,
    hubUrl: desk.facts.hubUrl,
    certificateEndsAt: endOf(desk.facts.tlsCertificatePem),
    printers: await Promise.all(desk.settings().printers.map(printerWords)),
  }
}

async function printerWords({ name, uri }: { name: string; uri: string }): Promise<HealthValues['printers'][number]> {
  try {
    const { state, reasons, acceptsJobs } = await printerState(uri)
    const because = reasons.join(', ')
    if (state === 'stopped' || !acceptsJobs) return { name, tone: 'act', word: 'stopped', because }
    return { name, tone: reasons.length === 0 ? 'fine' : 'watch', word: state, because }
  } catch (thrown) {
    return { name, tone: 'act', word: 'not reached', because: reasonOf(thrown) }
  }
}

function endOf(pem: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(pem).validTo)
  } catch {
    return undefined
  }
}
