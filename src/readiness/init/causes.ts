import { CAUSES } from '../shape/scenarios.ts'

const WORDS: Record<(typeof CAUSES)[number], string> = {
  server: 'A server dies',
  'operating-system': 'A server does not start',
  database: 'The database hangs or is damaged',
  malware: 'Files are encrypted',
  internet: 'The Internet line is cut',
  power: 'Power is lost',
  switch: 'A switch dies',
  vendor: 'A vendor does not answer',
  portal: 'The patient portal is away',
  'e-prescribing': 'Prescriptions cannot be sent',
  phones: 'The telephones are dead',
  interface: 'Laboratory results stop',
  person: 'Who knows is not there',
}

/** A scenario for each cause, a runbook for each, and its page, on which the steps are still to be written. */
export function causeFiles(): { parts: Record<string, unknown>; documents: [string, string][] } {
  const scopes = (cause: string) =>
    cause === 'internet' || cause === 'power' ? ['one-site', 'central'] : ['all-sites']
  return {
    parts: {
      scenarios: {
        scenarios: CAUSES.flatMap((cause) =>
          scopes(cause).map((scope) => ({
            id: scopes(cause).length === 1 ? cause : `${cause}-${scope}`,
            name: WORDS[cause],
            cause,
            scope,
            runbook: cause,
          })),
        ),
      },
      runbooks: {
        runbooks: CAUSES.map((cause) => ({
          id: cause,
          name: WORDS[cause],
          file: `runbooks/${cause}.md`,
          lead: 'technical',
          backup: 'technical2',
        })),
      },
    },
    documents: CAUSES.map((cause) => [
      `runbooks/${cause}.md`,
      `# ${WORDS[cause]}\n\nTODO what to do, step by step, in the order in which to do it\n`,
    ]),
  }
}
