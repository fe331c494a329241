import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import type { Account } from './account.ts'

export type Outcome = { ok: boolean; output: string }

/** Nothing of our own environment (it may hold secrets) goes to the server; messages stay English so that we can read them. */
export function serverEnvironment(account: Account | undefined): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: account?.home ?? process.env.HOME ?? '/',
    LC_ALL: 'C',
    TMPDIR: tmpdir(),
  }
}

/** Runs a program to its end as the given account (undefined: as we are); never throws, never waits more than `timeoutMs`. */
export function runAs(
  account: Account | undefined,
  file: string,
  args: string[],
  { timeoutMs = 120_000, cwd = '/' }: { timeoutMs?: number; cwd?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      {
        cwd,
        env: serverEnvironment(account),
        timeout: timeoutMs,
        maxBuffer: 4 << 20,
        ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
      },
      (error, stdout, stderr) =>
        resolve({ ok: error === null, output: `${stdout}${stderr}${error?.message ?? ''}`.trim() }),
    )
  })
}

/** Whether the account can really enter the folder and write in it: asked of the system, since modes, ACLs and mounts all have a say. */
export async function canWriteIn(account: Account | undefined, folder: string): Promise<boolean> {
  return (await runAs(account, '/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', folder])).ok
}
