import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf, Failure, reasonOf } from '../../base/failure.ts'
import type { PlanFiles } from '../readiness.ts'

const MOST_FILES = 1000
const LARGEST = 1024 * 1024

/**
 * The YAML and Markdown files of a plan's folder, by their path in it with `/`. Hidden files and folders (a `.git`) are no part of it.
 * Permanent Failure when the folder cannot be read, or is so large that it cannot be a plan.
 */
export async function readPlanFolder(folder: string): Promise<PlanFiles> {
  try {
    const names = await readdir(folder, { recursive: true, withFileTypes: true })
    const paths = names
      .filter((entry) => entry.isFile() && /\.(ya?ml|md)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
      .filter((path) => !path.split('/').some((step) => step.startsWith('.')))
      .sort()
    if (paths.length > MOST_FILES)
      throw new Failure(
        'permanent',
        `${folder} holds ${paths.length} YAML and Markdown files. Name the plan's own folder.`,
      )
    const files = new Map<string, string>()
    for (const path of paths) files.set(path, await textOf(join(folder, path)))
    return files
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    throw new Failure(
      'permanent',
      `The plan's folder ${folder} cannot be read (${reasonOf(thrown)}). Name another one.`,
      { cause: thrown },
    )
  }
}

async function textOf(path: string): Promise<string> {
  if ((await stat(path)).size > LARGEST)
    throw new Failure('permanent', `${path} is larger than 1 MB, which no file of a plan is.`)
  return readFile(path, 'utf8')
}

/** Writes a plan where none is yet. Permanent Failure, and nothing written, when one of its files is there already. */
export async function writePlanFolder(folder: string, files: PlanFiles): Promise<void> {
  for (const path of files.keys())
    if (await exists(join(folder, path)))
      throw new Failure(
        'permanent',
        `${join(folder, path)} is there already. Nothing was written; name a folder without a plan.`,
      )
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text, { flag: 'wx' })
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') return false
    throw thrown
  }
}
