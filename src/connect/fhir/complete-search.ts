import type { SourcePart } from '../ehr.ts'
import { type Ask, misreadBy, PATIENT_ELEMENTS, paramsOf } from './asks.ts'
import type { Gathering } from './complete.ts'
import { type AskState, progressFrom } from './cursor.ts'
import { mapAll, type Reading, timeThere } from './reading.ts'
import { searchAll } from './search.ts'
import type { Params } from './server.ts'

export const PATIENT_PARAMS: Params = [['_elements', PATIENT_ELEMENTS.join(',')]]

/** Reads everything by searches, one type after the other, Patients first; gives how far each question got into `states`. */
export async function* gatherBySearch(
  reading: Reading,
  gathering: Gathering,
  states: { [key: string]: AskState },
): AsyncGenerator<SourcePart> {
  yield* gatherOne(reading, gathering, states, { key: 'Patient', resourceType: 'Patient', params: PATIENT_PARAMS })
  for (const ask of reading.capability.asks) {
    const params = paramsOf(ask, reading.server.config, reading.asOf, true)
    yield* gatherOne(reading, gathering, states, { ...ask, params, ask })
  }
}

async function* gatherOne(
  reading: Reading,
  gathering: Gathering,
  states: { [key: string]: AskState },
  question: { key: string; resourceType: string; params: Params; ask?: Ask },
): AsyncGenerator<SourcePart> {
  const { key, resourceType, params, ask } = question
  const { server, signal } = reading
  const progress = progressFrom(undefined, timeThere(reading), server.config.overlapMs)
  const search = { resourceType, params, from: undefined, signal }
  let done = 0
  for await (const found of searchAll(server, ask === undefined ? search : { ...search, misread: misreadBy(ask) })) {
    const { mapped, aside } = await mapAll(reading, found.fresh)
    yield* aside
    await gathering.take(mapped, key === 'Patient')
    progress.take(found.fresh)
    done += found.fresh.length
    yield { type: 'progress', done, of: found.total, what: key }
  }
  states[key] = progress.state()
}
