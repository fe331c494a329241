import { Failure, reasonOf } from '../../base/failure.ts'
import { type Clock, type Instant, MINUTE, SECOND } from '../../base/time.ts'
import { type JobState, jobState, type PrintRequest, printJob } from './ipp-client.ts'

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
const DONE = ['completed', 'cancelled', 'aborted'] as const satisfies JobState['state'][]

export function openPrintRoom(clock: Clock, lookEveryMs = SECOND): PrintRoom {
  const jobs: PrintJob[] = []
  const stopping = new AbortController()

  const watch = async (job: PrintJob, uri: string, over: (job: PrintJob) => Promise<void>): Promise<void> => {
    const until = clock.now() + WATCH_MS
    while (!stopping.signal.aborted && clock.now() < until) {
      try {
        const seen = await jobState(uri, job.jobId ?? 0)
        Object.assign(job, { state: seen.state, pages: seen.pages ?? job.pages, because: seen.reasons.join(', ') })
        if (DONE.some((state) => state === seen.state)) return await over(job)
      } catch (thrown) {
        job.because = reasonOf(thrown)
      }
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
