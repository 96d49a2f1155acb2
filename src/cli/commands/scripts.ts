/** `ballast bench` and `ballast simulate`: programs of their own with their own options, run by the same Node and given every word as it stands. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EXIT } from '../exit-codes.ts'
import type { AddCommand } from './command.ts'

const SCRIPTS = [
  {
    name: 'simulate',
    file: 'src/lab/simulate/main.ts',
    summary: 'the whole system under drawn faults: --seeds N [--from S] [--without <guard>]',
    explainsItself: true,
  },
  { name: 'bench', file: 'bench/run.ts', summary: 'measure against the floors: [name…] [--save]', explainsItself: false },
] as const

export const addScripts: AddCommand = (program, { finish }) => {
  for (const { name, file, summary, explainsItself } of SCRIPTS) {
    const path = fileURLToPath(new URL(`../../../${file}`, import.meta.url))
    if (!existsSync(path)) continue // not every installation has the measuring programs
    program
      .command(name)
      .summary(summary)
      .description(summary)
      .argument('[words...]')
      .allowUnknownOption()
      .helpOption(explainsItself ? false : '-h, --help')
      .action(async (words: readonly string[]) => {
        const code = await run(path, words)
        finish(code === EXIT.done || code === EXIT.refused ? code : EXIT.failed)
      })
  }
}

function run(path: string, words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [path, ...words], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(signal === null ? (code ?? EXIT.failed) : EXIT.failed))
  })
}
