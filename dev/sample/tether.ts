/**
 * Loaded before the hub and the sites of the sample (`node --import`), and nowhere else. It ends the program when the sample that started it is
 * gone, however it went; and it lets the sample stop or shift the program's clock, as a dead time server would, without a word of that
 * in the program itself.
 */
type ClockWord = { clock: 'run' } | { clock: 'freeze' } | { clock: 'shift'; byMs: number }

// What the program starts itself has another parent, and is not for us.
if (process.env.HOLDFAST_TETHER === '1') {
  delete process.env.HOLDFAST_TETHER
  const realNow = Date.now.bind(Date)
  let shown: () => number = realNow
  Date.now = () => shown()
  globalThis.Date = new Proxy(Date, {
    construct: (real, given, asked) => Reflect.construct(real, given.length === 0 ? [shown()] : given, asked),
  })
  process.on('message', (said) => {
    const word = clockWord(said)
    if (word === undefined) return
    const at = shown()
    if (word.clock === 'run') shown = realNow
    else if (word.clock === 'freeze') shown = () => at
    else shown = () => realNow() + word.byMs
  })
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // Listening to the sample must not keep a program alive that has nothing else to do.
  process.channel?.unref()
}

function clockWord(said: unknown): ClockWord | undefined {
  if (typeof said !== 'object' || said === null || !('clock' in said)) return undefined
  if (said.clock === 'run' || said.clock === 'freeze') return { clock: said.clock }
  return said.clock === 'shift' && 'byMs' in said ? { clock: 'shift', byMs: Number(said.byMs) } : undefined
}
