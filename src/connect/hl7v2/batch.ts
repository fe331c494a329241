/**
 * The messages of a batch (FHS, BHS, MSH ... MSH ... BTS, FTS) that a sender puts into one frame, each as bytes of its own; undefined when the frame
 * is no batch. A batch whose trailer (BTS-1) counts another number is refused as a whole: a part of it is missing.
 */
export function batchIn(bytes: Buffer): { messages: Buffer[] } | { because: string } | undefined {
  // Names of segments are ASCII in every encoding that messages come in, and a byte is a character here.
  const lines = bytes
    .toString('latin1')
    .replace(/^\xEF\xBB\xBF/, '')
    .split(/\r\n|\r|\n/)
  const first = lines.find((line) => line.trim() !== '')?.trimStart() ?? ''
  if (!/^(FHS|BHS)[^A-Za-z0-9\s]/.test(first)) return undefined
  const separator = first[3] ?? ''
  const messages: string[][] = []
  let counted = 0
  let isCounted = false
  for (const line of lines) {
    const name = line.trimStart().slice(0, 4)
    if (name === `MSH${separator}`) messages.push([line])
    else if (name.startsWith('BTS')) {
      const count = line.trimStart().split(separator)[1]?.trim() ?? ''
      if (/^\d+$/.test(count)) {
        isCounted = true
        counted += Number(count)
      }
    } else if (!/^(FHS|BHS|FTS)/.test(name)) messages.at(-1)?.push(line)
  }
  if (messages.length === 0) return { because: 'The batch holds no message.' }
  if (isCounted && counted !== messages.length)
    return { because: `The batch says that it holds ${counted} messages, and ${messages.length} came. Send it again.` }
  return { messages: messages.map((held) => Buffer.from(held.join('\r'), 'latin1')) }
}

/** The acknowledgements of a batch's messages as a batch of their own. */
export function batchOf(answers: string[]): string | undefined {
  return answers.length === 0 ? undefined : `BHS|^~\\&\r${answers.join('')}BTS|${answers.length}\r`
}
