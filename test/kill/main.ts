/** `npm run kill-test -- --kills 200 [--seed n] [--keep]`: the whole run. Prints its figures; ends with 1 and the folder when anything is not as told. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { killRun } from './kill-run.ts'

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' }, keep: { type: 'boolean', default: false } },
})
const folder = mkdtempSync(join(tmpdir(), 'ballast-kill-'))
try {
  const log = (line: string): void => void process.stderr.write(`${line}\n`)
  const report = await killRun({
    folder,
    kills: Number(values.kills),
    seed: Number(values.seed),
    loadMsMax: 2_000,
    repeatsOfOld: 40,
    mediumEvery: 5,
    log,
  })
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
  if (!values.keep) rmSync(folder, { recursive: true })
} catch (error) {
  process.stderr.write(`seed ${values.seed}, kept in ${folder}: ${String(error)}\n${error instanceof Error ? (error.stack ?? '') : ''}\n`)
  process.exitCode = 1
}
