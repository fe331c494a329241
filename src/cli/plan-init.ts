import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { Failure, reasonOf } from '../base/failure.ts'
import { systemClock } from '../base/time.ts'
import { readYamlText } from '../base/yaml-text.ts'
import { writePlanFolder } from '../readiness/folder/store.ts'
import { blankPlan } from '../readiness/init/blank-plan.ts'
import { type Answers, QUESTIONS, wrongAnswers } from '../readiness/init/questions.ts'

/** Interviews a new practice, on the terminal or from a file, and leaves a plan whose blanks are visible. */
export async function initPlan(folder: string, { answers: file }: { answers?: string }): Promise<void> {
  const answers = file === undefined ? await interview() : await answersIn(file)
  await writePlanFolder(folder, blankPlan(answers, systemClock.now()))
  console.log(`A first plan stands in ${folder}. holdfast plan check ${folder} names every blank in it.`)
}

async function answersIn(file: string): Promise<Answers> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new Failure('permanent', `The answers cannot be read (${reasonOf(thrown)}). Nothing was written.`, {
      cause: thrown,
    })
  })
  const { value, wrong } = readYamlText(text)
  const answers = new Map(
    Object.entries(typeof value === 'object' && value !== null ? value : {})
      .filter(([, answer]) => answer !== null && answer !== '')
      .map(([key, answer]) => [key, Array.isArray(answer) ? answer.join(', ') : String(answer)]),
  )
  const told = [...wrong.map(({ line, column, says }) => `${file}:${line}:${column} ${says}`), ...wrongAnswers(answers)]
  if (told.length > 0)
    throw new Failure('permanent', `These answers do not make a plan; nothing was written.\n${told.join('\n')}`)
  return answers
}

async function interview(): Promise<Answers> {
  const answers = new Map<string, string>()
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // Each line is kept as it comes: answers may be piped in faster than they are asked for.
  const lines = terminal[Symbol.asyncIterator]()
  console.error('An empty answer leaves a blank that holdfast plan check will name.')
  try {
    for (const { key, ask, must, wrong } of QUESTIONS)
      for (;;) {
        process.stderr.write(`${ask}\n> `)
        const heard = await lines.next()
        if (heard.done === true)
          throw new Failure('permanent', 'The answers ended before the questions. Nothing was written.')
        const answer = heard.value.trim()
        const because = answer === '' ? (must === true ? 'There is no plan without this.' : undefined) : wrong?.(answer)
        if (because === undefined) {
          if (answer !== '') answers.set(key, answer)
          break
        }
        console.error(because)
      }
  } finally {
    terminal.close()
  }
  return answers
}
