/** A message whose lines are a heading and complaints, as one line: the first complaint, and how many more there are. */
export function inBrief(message: string): string {
  const [heading = '', first, ...more] = message.split('\n').filter((line) => line !== '')
  if (first === undefined) return heading
  return `${heading} ${first}${more.length === 0 ? '' : ` (and ${more.length} more)`}`
}
