import type { CodeableConcept, Coding } from './chart.ts'

/** A list as a whole: "no known allergies", "not asked", "not available". */
export type Absence = 'none-known' | 'not-asked' | 'not-received'

const SNOMED = 'http://snomed.info/sct'
const IPS = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips'

/**
 * Codes that say "none" of a whole list. Narrower statements ("no known food allergy", "no known drug allergy") stay entries: they are
 * read as they are worded, and nobody may conclude more from them.
 */
const WHOLE: { [system: string]: Map<string, Absence> } = {
  [SNOMED]: new Map([
    ['716186003', 'none-known'], // No known allergy
    ['160244002', 'none-known'], // No known allergies (retired, still sent)
    ['160245001', 'none-known'], // No current problems or disability
    ['787481004', 'none-known'], // No known medications
    ['787482006', 'none-known'], // No known immunizations
    ['787480003', 'none-known'], // No known procedures
  ]),
  [IPS]: new Map(
    ['allergies', 'problems', 'medications', 'immunizations', 'procedures', 'devices']
      .map((list): [string, Absence] => [`no-known-${list}`, 'none-known'])
      .concat(
        ['allergy', 'problem', 'medication', 'immunization', 'procedure', 'device'].map((list) => [
          `no-${list}-info`,
          'not-received',
        ]),
      ),
  ),
}

/** What coded entries of FHIR say about their whole list, if they are no entries at all. */
function absenceByCode(codings: readonly Coding[]): Absence | undefined {
  if (codings.some(({ code }) => NARROWER_CODES.has(code.toUpperCase()))) return undefined
  for (const { system, code } of codings) {
    const absence = Object.hasOwn(WHOLE, system) ? WHOLE[system]?.get(code) : undefined
    if (absence !== undefined) return absence
  }
  return undefined
}

/**
 * The same of a whole concept. Words beside the code that do not deny anything name something: a code for "none" that a form or an import left in
 * its place must not hide it.
 */
export function absenceOf(concept: CodeableConcept | undefined): Absence | undefined {
  if (concept === undefined) return undefined
  const { text, codings } = concept
  const absence = absenceByCode(codings)
  const isCode = codings.some(({ code }) => code !== '' && text.endsWith(code))
  const words = [...(isCode ? [] : [text]), ...codings.flatMap(({ display }) => display ?? [])]
  return words.every((said) => DENIAL.test(plain(said))) ? absence : undefined
}

/** Of one kind of allergen only: drugs, food, the environment, latex. */
const NARROWER_CODES = new Set([
  '409137002',
  '428607008',
  '429625007',
  '1003774007',
  'NKDA',
  'NKFA',
  'NKEA',
  'NKLA',
  'NO-KNOWN-MEDICATION-ALLERGIES',
  'NO-KNOWN-FOOD-ALLERGIES',
  'NO-KNOWN-ENVIRONMENTAL-ALLERGIES',
])
const WHOLE_CODES = new Set(['716186003', '160244002', 'NKA', 'NO-KNOWN-ALLERGIES'])

const WHOLE_WORDS =
  /^(?:(?:the )?(?:patient|pt) (?:has |reports |states )?)?(?:nkas?|no (?:known |current |reported )*(?:allerg(?:y|ies)|allergic reactions?)(?: known| reported| on file)?|(?:denies|without) (?:any )?(?:known )?allergies)(?: nka)?$/
/** "None" alone speaks of the whole list only where nothing beside it says of which part. */
const BARE_WORDS = /^(?:none|none known|none reported|nil|nil known)$/
const DENIAL =
  /\b(?:no|not|none|nil|never|nk[a-z]?a|denie[sd]|without|negative|unknown|unable|keine?|ohne|sin|ning[a-z]+|aucune?|nessuna?|nenhuma?|sem|geen|ingen|inga|brak)\b/

/** Everything that an entry of an allergy list says it is, and the kind of allergen (drug, food) that stands beside it, if any. */
export type AllergySaid = { codes: string[]; words: string[]; kind: string }

/**
 * Whether an entry of an allergy list is a statement about the list: `whole`, "no known allergies" of any kind; `narrower`, of one kind, or worded
 * so that nobody can tell; undefined, an allergen. Where codes and words disagree the narrower counts, and an allergen in words is an allergen.
 */
export function allergyStatement({ codes, words, kind }: AllergySaid): 'whole' | 'narrower' | undefined {
  const byCode = codes.map((code) => statementOfCode(code, kind))
  const worded = words.filter((text) => text !== '' && !codes.includes(text))
  const byWords = (worded.length === 0 ? codes : worded).map(
    (text) => statementOfCode(text, kind) ?? statementOfWords(plain(text), kind),
  )
  if (byWords.includes(undefined)) return undefined
  const said = [...byCode, ...byWords]
  return said.includes('narrower') ? 'narrower' : said.includes('whole') ? 'whole' : undefined
}

function statementOfCode(code: string, kind: string): 'whole' | 'narrower' | undefined {
  const name = code.trim().toUpperCase()
  if (NARROWER_CODES.has(name)) return 'narrower'
  if (name === 'NONE') return kind === '' ? 'whole' : 'narrower'
  return WHOLE_CODES.has(name) ? 'whole' : undefined
}

function statementOfWords(text: string, kind: string): 'whole' | 'narrower' | undefined {
  if (WHOLE_WORDS.test(text) || (kind === '' && BARE_WORDS.test(text))) return 'whole'
  return DENIAL.test(text) ? 'narrower' : undefined
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/\((s|ies)\)/g, '$1')
    .replaceAll(/allergyies/g, 'allergies')
    .replaceAll(/[^\p{L}\p{N}-]+/gu, ' ')
    .trim()
}
