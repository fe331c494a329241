import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Observation } from '../chart.ts'
import { chartsFromFhir } from './charts.ts'
import { parseJson } from './json.ts'

const REQUEST = { sourceId: 'ehr', asOf: Date.parse('2026-11-23T12:00:00Z'), zone: 'America/New_York' }
const PATIENT = { resourceType: 'Patient', id: 'p1', name: [{ family: 'Ash' }] }

/** An Observation whose fields are written as JSON, so that a number stands there as a source would write it. */
function observed(fields: string, category = 'laboratory'): { entry: Observation | undefined; asides: object[] } {
  const text = `{"resourceType":"Observation","id":"o","status":"final","category":[{"coding":[{"code":"${category}"}]}],
    "code":{"text":"Potassium"},"subject":{"reference":"Patient/p1"},${fields}}`
  const { charts, setAside } = chartsFromFhir([PATIENT, parseJson(text)], REQUEST)
  const section = category === 'laboratory' ? charts[0]?.results : charts[0]?.vitals
  const asides = setAside.map(({ patientId, section: list }) => ({ patientId, section: list }))
  return { entry: section?.status === 'listed' ? section.entries[0] : undefined, asides }
}

const valueOf = (fields: string, category?: string): string | undefined => observed(fields, category).entry?.value

test('a number is shown with the digits that were sent, an exponent is written out', () => {
  const cases: [sent: string, shown: string][] = [
    ['12345678', '12345678'],
    ['1234567.8', '1234567.8'],
    ['0.700', '0.700'],
    ['100.0', '100.0'],
    ['1.2E+2', '120'],
    ['1.20e+2', '120'],
    ['1.234e1', '12.34'],
    ['5e-3', '0.005'],
    ['0.30000000000000004', '0.30000000000000004'],
    ['12345678901234567890.123456789', '12345678901234567890.123456789'],
    ['9007199254740993', '9007199254740993'],
    ['-0.50', '-0.50'],
    ['0', '0'],
    ['1e400', '1e400'],
  ]
  for (const [sent, shown] of cases) {
    assert.equal(valueOf(`"valueQuantity":{"value":${sent}}`), shown, sent)
    assert.equal(valueOf(`"valueQuantity" : {"value" : ${sent} , "unit":"mg"}`), shown, sent)
    assert.equal(valueOf(`"component":[{"code":{"text":"X"},"valueQuantity":{"value":${sent}}}]`), `X ${shown}`, sent)
    assert.equal(
      observed(`"valueInteger":1,"referenceRange":[{"low":{"value":${sent}}}]`).entry?.referenceRange,
      `${shown} or more`,
    )
  }
})

test('any decimal that JSON can write comes through digit by digit, and is written down again as it came', () => {
  const digits = fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength: 1, maxLength: 25 })
  const decimal = fc
    .tuple(fc.boolean(), digits, fc.option(digits))
    .map(
      ([negative, whole, fraction]) =>
        `${negative ? '-' : ''}${whole.replace(/^0+(?=\d)/, '')}${fraction === null ? '' : `.${fraction}`}`,
    )
  fc.assert(
    fc.property(decimal, (sent) => {
      assert.equal(valueOf(`"valueQuantity":{"value":${sent}}`), sent)
      assert.equal(JSON.stringify(parseJson(`{"a":[${sent}]}`)), `{"a":[${sent}]}`)
    }),
    { numRuns: 300 },
  )
})

test('a vital sign loses the tail of a conversion and nothing else', () => {
  const cases: [sent: string, shown: string][] = [
    ['176.35499866729558', '176.35'],
    ['37.0', '37.0'],
    ['98.62', '98.62'],
    ['3.2541', '3.2541'],
    ['72', '72'],
  ]
  for (const [sent, shown] of cases)
    assert.equal(valueOf(`"valueQuantity":{"value":${sent}}`, 'vital-signs'), shown, sent)
  const half = (loinc: string, value: string): string =>
    `{"code":{"coding":[{"system":"http://loinc.org","code":"${loinc}"}]},"valueQuantity":{"value":${value},"unit":"mmHg"}}`
  const pressure = `"component":[${half('8480-6', '117.66')},${half('8462-4', '82.578')}]`
  assert.equal(valueOf(pressure, 'vital-signs'), '118/83')
})

test('a value of any type is shown; one of the wrong type is kept as it was said', () => {
  const cases: [fields: string, shown: string][] = [
    ['"valueQuantity":{"value":"5.4"}', '5.4'],
    ['"valueQuantity":{"value":"<5"}', '<5'],
    ['"valueQuantity":5.40', '5.40'],
    ['"valueQuantity":"5.4 mmol/L"', '5.4 mmol/L'],
    ['"valueQuantity":{"value":3,"comparator":">="}', '>= 3'],
    ['"valueInteger":"12"', '12'],
    ['"valueString":7.0', '7.0'],
    ['"valueBoolean":false', 'no'],
    ['"valueBoolean":"true"', 'yes'],
    ['"valueCodeableConcept":{"text":"Positive"}', 'Positive'],
    ['"valueCodeableConcept":"Positive"', 'Positive'],
    ['"valueRange":{"low":{"value":1.0,"unit":"g"},"high":{"value":2.50,"unit":"g"}}', '1.0 g to 2.50 g'],
    ['"valueRange":{"low":{},"high":{"value":2}}', '? to 2'],
    ['"valueRatio":{"numerator":{"value":1},"denominator":{"value":128}}', '1 : 128'],
    ['"valueRatio":{"denominator":{"value":128}}', '? : 128'],
    ['"valuePeriod":{"start":"2026-11-01","end":"2026-11-03"}', '2026-11-01 to 2026-11-03'],
    ['"valueTime":"08:30:00"', '08:30:00'],
    ['"valueDateTime":"2026-11-01"', '2026-11-01'],
    ['"valueDateTime":"1 Nov"', '1 Nov'],
    ['"valueSampledData":{"origin":{"value":0,"unit":"mV"},"data":"2 4 E U 5"}', 'series: 2 4 E U 5 mV'],
    ['"dataAbsentReason":{"text":"Hemolyzed"}', 'not available (Hemolyzed)'],
    [
      '"_valueQuantity":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"error"}]}',
      'not available (error)',
    ],
    ['"valueString":"See parts","component":[{"code":{"text":"A"},"valueInteger":1}]', 'See parts; A 1'],
    [
      '"component":[{"code":{"text":"A"},"valueInteger":1},{"code":{"text":"B"},"valueQuantity":{"value":{}}}]',
      'A 1; B cannot be read here (see the EHR)',
    ],
    ['"component":[{"code":{"text":"A"},"dataAbsentReason":{"text":"Clotted"}}]', 'A not available (Clotted)'],
    ['"note":[{"text":"Repeat the test"}]', 'see note'],
  ]
  for (const [fields, shown] of cases) assert.equal(valueOf(fields), shown, fields)
})

test('a value that cannot be read is quarantined with its patient and its list, never dropped as none', () => {
  const cases = [
    '"valueQuantity":{"value":{}}',
    '"valueQuantity":{"unit":"mg"}',
    '"valueQuantity":[5]',
    '"valueAttachment":{"url":"x"}',
    '"valueReference":{"reference":"Media/1"}',
    '"valueRatio":{}',
    '"valueSampledData":{"dimensions":1}',
  ]
  for (const fields of cases) {
    const { entry, asides } = observed(fields)
    assert.equal(entry, undefined, fields)
    assert.deepEqual(asides, [{ patientId: 'p1', section: 'results' }], fields)
  }
})

test('what the laboratory wrote beside a value stands with it, and several ranges say whose they are', () => {
  const range =
    '"referenceRange":[{"low":{"value":12},"appliesTo":[{"text":"female"}]},{"low":{"value":14},"appliesTo":[{"text":"male"}]}]'
  const { entry } = observed(
    `"valueInteger":13,"note":[{"text":"Line 1"},{"text":"Line 2"}],${range},"interpretation":[{"text":"Critical high"}]`,
  )
  assert.equal(entry?.note, 'Line 1\nLine 2')
  assert.equal(entry.referenceRange, 'female: 12 or more; male: 14 or more')
  assert.equal(entry.flag, 'critical-high')
})

test('a category that is misspelled, in words or by its own code is heard; one that nobody knows is quarantined, not lost', () => {
  for (const category of ['vital-sign', 'Vital Signs', 'VITAL_SIGNS', 'vitals']) {
    assert.equal(valueOf('"valueInteger":72', category), '72', category)
  }
  const { charts } = chartsFromFhir([PATIENT, inCategory('CH'), inCategory('social-history')], REQUEST)
  assert.equal(charts[0]?.results.status === 'listed' && charts[0].results.entries.length, 1)
  for (const code of ['vitol-zigns', '']) {
    const { setAside } = chartsFromFhir([PATIENT, inCategory(code)], REQUEST)
    assert.deepEqual([setAside.length, setAside[0]?.patientId], [1, 'p1'], code)
  }
})

function inCategory(code: string): object {
  const category = code === '' ? [] : [{ coding: [{ code }] }]
  const subject = { reference: 'Patient/p1' }
  return {
    resourceType: 'Observation',
    id: `o${code}`,
    status: 'final',
    category,
    code: { text: 'K' },
    subject,
    valueInteger: 4,
  }
}
