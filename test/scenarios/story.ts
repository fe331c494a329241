/**
 * A scenario is the story of one bad day, played with real processes and told line by line. Each `test/scenarios/<name>.ts` exports
 * `story` (one line for `--list`) and `play`. It throws where the product does not do what the story says; whatever it started is gone
 * when it returns, also when it throws.
 */
export type Scenario = { story: string; play: Play }

export type Play = (tell: Tell, options: PlayOptions) => Promise<void>

/** One line of the story, as somebody who stood there would tell it. */
export type Tell = (line: string) => void

export type PlayOptions = {
  /** The person who watches wants to stop: give up what waits. */
  signal: AbortSignal
  /** For what chance decides: cut points, kill times. */
  seed: number
}
