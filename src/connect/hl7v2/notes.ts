import type { SectionName } from '../../chart/chart.ts'
import type { Segment } from './message.ts'
import { type About, fault, faultOf, NOTHING, type Told, together } from './told.ts'

/** A segment with the comments (NTE) that follow it. */
export type Noted = { segment: Segment; note: string }

/** Segments other than NTE, each with its comments; what comes before the first segment belongs to nothing and is `loose`. */
export function notedSegments(segments: Segment[]): { noted: Noted[]; loose: string } {
  const noted: Noted[] = []
  let loose = ''
  for (const segment of segments) {
    const last = noted.at(-1)
    if (segment.name !== 'NTE') noted.push({ segment, note: '' })
    else if (last === undefined) loose = joined(loose, commentOf(segment))
    else last.note = joined(last.note, commentOf(segment))
  }
  return { noted, loose }
}

/** Which list of a chart a segment speaks of. */
export const SECTIONS: { [name: string]: SectionName } = {
  AL1: 'allergies',
  IAM: 'allergies',
  DG1: 'problems',
  PRB: 'problems',
  IN1: 'coverage',
  IN2: 'coverage',
  RXE: 'medications',
  RXO: 'medications',
  RXR: 'medications',
  RXC: 'medications',
  RXD: 'medications',
  RXA: 'immunizations',
  TXA: 'notes',
  OBR: 'pending',
  ORC: 'pending',
}

/** Comments that no entry of a chart can carry: those on the patient, on an allergy, on an order. Those on results stand with the results. */
export function commentsNotKept(others: Segment[], areResults: boolean, about: About): Told {
  const { noted } = notedSegments(others)
  const begins = noted.findIndex(({ segment }) => segment.name === 'ORC' || segment.name === 'OBR')
  const lost = noted.filter(
    ({ segment, note }, at) => note !== '' && segment.name !== 'OBX' && !(areResults && begins >= 0 && at >= begins),
  )
  const faults = lost.map(({ segment }) =>
    faultOf(
      `${segment.name} ${segment.number}: the comment after it (NTE) is only in the EHR.`,
      about,
      SECTIONS[segment.name],
    ),
  )
  return together(commentOnPatient(others, about), { ...NOTHING, faults })
}

/** A comment right after PID. */
export function commentOnPatient(others: Segment[], about: { patientId: string }): Told {
  return notedSegments(others).loose === ''
    ? NOTHING
    : fault('A comment on the patient (NTE) is only in the EHR.', about)
}

/** Lines one below the other, without the empty ones at the ends. Put together without copying: a note may grow by fifty thousand lines. */
export function joined(...texts: string[]): string {
  return texts.reduce((all, text) => (all === '' ? text : text === '' ? all : `${all}\n${text}`), '')
}

/** A text that is too long to keep whole says so. */
export function cutAt(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}\n(cut here: the rest is in the EHR)`
}

function commentOf(nte: Segment): string {
  return nte
    .all(3)
    .map((field) => field.whole)
    .join('\n')
    .trim()
}
