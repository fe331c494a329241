import { Failure, reasonOf } from '../../base/failure.ts'
import { type Clock, type Instant, MINUTE, SECOND } from '../../base/time.ts'
import { type JobState, jobState, type PrintRequest, printJob } from './ipp-client.ts'
import { IppRefusal, STATUS } from './ipp-status.ts'

export type Printer = { name: string; uri: string }

/** One print, from the moment it was asked for. `unclear`: nobody knows whether paper came out; a person looks. */
export type PrintJob = {
  number: number
  printer: string
  label: string
  askedAt: Instant
  askedBy: string
  fromPage: number
  state: 'sending' | JobState['state'] | 'failed' | 'unclear'
  jobId: number | undefined
  pages: number | undefined
  because: string
}

/** What becomes of prints on network printers. Kept for the day in memory; the journal has the record. */
export type PrintRoom = {
  jobs(): PrintJob[]
  /**
   * Sends and, once the printer has it, watches until it is done or a quarter of an hour has passed. `over` is called once with how it ended.
   * Throws `Failure` when it could not be sent.
   */
  print(
    printer: Printer,
    request: PrintRequest & { label: string; askedBy: string },
    over: (job: PrintJob) => Promise<void>,
  ): Promise<PrintJob>
  stop(): void
}

const WATCH_MS = 15 * MINUTE
const MOST_JOBS = 200
const DONE: readonly PrintJob['state'][] = ['completed', 'cancelled', 'aborted', 'unclear']

export function openPrintRoom(clock: Clock, lookEveryMs = SECOND): PrintRoom {
  const jobs: PrintJob[] = []
  const stopping = new AbortController()

  const watch = async (job: PrintJob, uri: string, over: (job: PrintJob) => Promise<void>): Promise<void> => {
    const until = clock.now() + WATCH_MS
    while (!stopping.signal.aborted && clock.now() < until) {
      Object.assign(job, await lookAt(job, uri))
      if (isOver(job)) return await over(job)
      await pause(lookEveryMs, stopping.signal)
    }
    job.state = 'unclear'
    job.because = `${job.because} The printer was watched for a quarter of an hour. Look at it.`.trim()
    await over(job)
  }

  return {
    jobs: () => jobs.toReversed(),
    async print(printer, request, over) {
      const job: PrintJob = {
        number: (jobs.at(-1)?.number ?? 0) + 1,
        printer: printer.name,
        label: request.label,
        askedAt: clock.now(),
        askedBy: request.askedBy,
        fromPage: request.fromPage ?? 1,
        state: 'sending',
        jobId: undefined,
        pages: undefined,
        because: '',
      }
      jobs.push(job)
      if (jobs.length > MOST_JOBS) jobs.shift()
      try {
        job.jobId = await printJob(printer.uri, request)
        job.state = 'waiting'
      } catch (thrown) {
        job.state = thrown instanceof Failure && thrown.kind === 'ambiguous' ? 'unclear' : 'failed'
        job.because = reasonOf(thrown)
        await over(job)
        throw thrown
      }
      void watch(job, printer.uri, over).catch((thrown: unknown) => {
        job.because = reasonOf(thrown)
      })
      return job
    },
    stop: () => stopping.abort(),
  }
}

const isOver = ({ state }: PrintJob): boolean => DONE.includes(state)

type Seen = Partial<Pick<PrintJob, 'state' | 'pages' | 'because'>>

/** What one look at the printer makes of a job. A printer that cannot be reached just now changes nothing. */
async function lookAt(job: PrintJob, uri: string): Promise<Seen> {
  try {
    const { state, reasons, pages } = await jobState(uri, job.jobId ?? 0)
    const because = reasons.join(', ')
    const counted = { pages: pages ?? job.pages }
    if (state !== 'completed' || !reasons.some((reason) => DOUBTFUL.test(reason))) return { state, because, ...counted }
    const doubt = 'The printer is done with it and does not call it a plain success: look at the paper'
    return { state: 'unclear', because: `${doubt} (${because}).`, ...counted }
  } catch (thrown) {
    const because = reasonOf(thrown)
    if (thrown instanceof IppRefusal && (thrown.status === STATUS.notFound || thrown.status === STATUS.gone))
      return { state: 'unclear', because: 'The printer no longer knows this job: look at the paper.' }
    // Asking again would not change it, and whoever looks now still finds the sheets.
    if (thrown instanceof Failure && thrown.kind === 'permanent')
      return { state: 'unclear', because: `${because} What became of this job is not known: look at the paper.` }
    return { because }
  }
}

/** Reasons beside "completed" (RFC 8011 5.3.8, PWG 5100.7) with which paper may be missing; `queued-in-device` tells that nobody reports back. */
const DOUBTFUL =
  /error|warning|abort|cancel|fail|unsupported|unprintable|insufficient|incomplete|not-completed|queued-in-device|destination-uri|too-large|not-accepted/i

function pause(spanMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, spanMs)
    timer.unref()
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
