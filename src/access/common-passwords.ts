/** Words that head every list of stolen passwords, and those of the trade. With digits and signs around them they are no better. */
const WORDS = new Set(
  `password passwort passw0rd letmein welcome admin administrator qwerty qwertyuiop iloveyou monkey dragon sunshine princess
  football baseball basketball superman batman master shadow michael jordan trustno1 whatever freedom starwars computer internet
  samsung google facebook secret changeme default hello access login summer winter spring autumn january february march april june july
  august september october november december monday tuesday wednesday thursday friday saturday sunday hospital clinic doctor
  nurse medical medicine health healthcare patient practice pharmacy reception frontdesk openemr epic cerner holdfast downtime
  lockbox mustang corvette harley yankees dallas chicago newyork america liberty jesus forever loveme cheese pepper cookie flower
  purple orange banana chocolate pokemon minecraft charlie thomas robert jennifer jessica ashley daniel andrew matthew joshua
  correcthorsebatterystaple`.split(/\s+/),
)

const LEET: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

/** Whether a password (in lower case) is nothing but such words, whatever digits and signs stand between and around them. */
export function commonPassword(text: string): boolean {
  const inner = text.replace(/^[^a-z]+|[^a-z]+$/g, '')
  const plain = Array.from(inner, (letter) => LEET[letter] ?? letter).join('')
  return [inner, plain].some((one) => onlyWords(one.replace(/[^a-z]/g, '')))
}

function onlyWords(letters: string): boolean {
  if (letters.length < 4) return true
  const ends = new Set([0])
  for (let at = 1; at <= letters.length; at++)
    if ([...ends].some((start) => WORDS.has(letters.slice(start, at)))) ends.add(at)
  // One word twice or with one other is as common; three and more make a phrase.
  return ends.has(letters.length) && letters.length < 20
}
