import type { Chance } from './chance.ts'

/**
 * Names of people who do not exist. Family names are put together from syllables that no register holds together; given names are common
 * ones. About one in eight is what forms and programs trip over: accents, apostrophes, hyphens, particles, great length, other scripts.
 */
export type InventedName = { family: string; given: string[]; suffix?: string; preferred?: string; language?: string }

const STARTS =
  'Ash Bram Cald Dun Elder Fen Gar Hart Ing Kell Lark Marl Nor Orch Pell Quill Raven Sedge Thorn Umber Vale Wren Yar Amber Birk Cinder Drift Ever Foss Glen Hazel Ivor Juni Kest Lind Moss Oaken Pike Rush Sorrel Tarn Wick'.split(
    ' ',
  )
const ENDS =
  'wick moor combe stead brook well ridge vane holt mere field wyn lock den croft marsh thwaite gale hurst ley shaw worth strand fell garth bourne'.split(
    ' ',
  )
const SPANISH_STARTS = 'Villa Monte Rio Pena Sierra Torre Campo Arroyo Luna Alto'.split(' ')
const SPANISH_ENDS = 'rosa verde quín marés lindo vientos sol claro berán doñez'.split(' ')

const FEMALE =
  'Ada Agnes Alice Amara Anita Beatrix Bonnie Camila Carla Cora Daisy Dora Edith Elena Elsa Esther Fern Flora Gemma Greta Hana Hazel Ida Imani Inga Ivy Jade Joan June Kaya Lena Lila Lucia Luz Mabel Mara Marta Mina Nadia Nell Nora Olive Opal Paula Pearl Petra Rhea Rosa Ruth Sara Selma Tess Thea Uma Vera Wanda Willa Yara Zelda Zoe'.split(
    ' ',
  )
const MALE =
  'Abel Alec Amos Anton Arlo Basil Boris Bruno Cal Carlos Cyril Dario Dean Edgar Eli Emil Ezra Felix Floyd Gus Hank Hugo Ian Igor Ira Ivan Jonas Jude Karl Kofi Lars Leon Lionel Luis Marco Max Milo Nils Noel Omar Oscar Otto Pablo Percy Quinn Ralph Remy Rolf Roy Saul Seth Theo Tomas Ulric Victor Wade Walter Wes Yusuf Zeno'.split(
    ' ',
  )
const SHORT: Record<string, string> = {
  Beatrix: 'Bea',
  Camila: 'Cami',
  Elena: 'Nena',
  Esther: 'Essie',
  Walter: 'Walt',
  Victor: 'Vic',
  Theo: 'Teddy',
  Lionel: 'Leo',
  Oscar: 'Ozzie',
  Wanda: 'Wendy',
  Zelda: 'Zee',
  Edgar: 'Ed',
}

/** Written as the person writes it; readers of the chart need the Latin form as well, so it stands as the preferred name. */
const OTHER_SCRIPTS: {
  family: string
  given: { female: string; male: string }
  latin: [string, string]
  language: string
}[] = [
  {
    family: 'Полынёва',
    given: { female: 'Зоряна', male: 'Мирон' },
    latin: ['Zoriana', 'Myron'],
    language: 'Ukrainian',
  },
  { family: '葵川', given: { female: '美雪', male: '晴斗' }, latin: ['Miyuki', 'Haruto'], language: 'Japanese' },
  { family: '蘭橋', given: { female: '雨晴', male: '明遠' }, latin: ['Yuqing', 'Mingyuan'], language: 'Mandarin' },
  {
    family: 'Φεγγαρίδη',
    given: { female: 'Μελίνα', male: 'Στέφανος' },
    latin: ['Melina', 'Stefanos'],
    language: 'Greek',
  },
  { family: 'الزهراوند', given: { female: 'ليلى', male: 'سمير' }, latin: ['Layla', 'Samir'], language: 'Arabic' },
  { family: '솔바람', given: { female: '하윤', male: '도현' }, latin: ['Hayun', 'Dohyun'], language: 'Korean' },
  { family: 'चंद्रवनी', given: { female: 'मीरा', male: 'अर्जुन' }, latin: ['Mira', 'Arjun'], language: 'Hindi' },
]

export function familyName(chance: Chance): string {
  return chance.pick(STARTS) + chance.pick(ENDS)
}

export function givenName(chance: Chance, female: boolean): string {
  return chance.pick(female ? FEMALE : MALE)
}

export function inventedName(chance: Chance, female: boolean): InventedName {
  const family = familyName(chance)
  const given = givenName(chance, female)
  const roll = chance.next()
  if (roll < 0.035) return { family: `${family}-${familyName(chance)}`, given: [given] }
  if (roll < 0.055) return { family: `${chance.pick(["O'", "D'", "Mc'", 'O’'])}${family}`, given: [given] }
  if (roll < 0.105) {
    const surname = chance.pick(SPANISH_STARTS) + chance.pick(SPANISH_ENDS)
    const second = chance.pick(SPANISH_STARTS) + chance.pick(SPANISH_ENDS)
    const first = chance.pick(female ? ['María', 'Inés', 'Begoña', 'Sofía'] : ['José', 'Andrés', 'Ángel', 'Íñigo'])
    return {
      family: chance.happens(0.5) ? `${surname} ${second}` : `de la ${surname}`,
      given: [first, given],
      ...(chance.happens(0.7) ? { language: 'Spanish' } : {}),
    }
  }
  if (roll < 0.115) {
    const accented = chance.pick([
      'Bjørnvåg',
      'Müllerstrand',
      'Łąkowicz',
      'Çınardağ',
      'Nguyễnhương',
      'Šťastnovec',
      'Þórgeirdal',
      'Fête-Rivière',
    ])
    return {
      family: accented,
      given: [chance.pick(female ? ['Zoë', 'Renée', 'Åsa', 'Chloë'] : ['Jürgen', 'Søren', 'André', 'Øystein'])],
    }
  }
  if (roll < 0.12) {
    const script = chance.pick(OTHER_SCRIPTS)
    return {
      family: script.family,
      given: [female ? script.given.female : script.given.male],
      preferred: female ? script.latin[0] : script.latin[1],
      language: script.language,
    }
  }
  if (roll < 0.122) {
    return {
      family: `${family}-${familyName(chance)} van ${familyName(chance)}-${familyName(chance)}`,
      given: [
        given,
        givenName(chance, female),
        givenName(chance, female),
        `${givenName(chance, female)}-${givenName(chance, female)}`,
      ],
    }
  }
  const middle = chance.happens(0.35) ? [givenName(chance, female)] : []
  const short = SHORT[given]
  return {
    family,
    given: [given, ...middle],
    ...(short !== undefined && chance.happens(0.4) ? { preferred: short } : {}),
    ...(!female && chance.happens(0.03) ? { suffix: chance.pick(['Jr.', 'Sr.', 'III']) } : {}),
  }
}
