/**
 * The folder a run writes to. A run replaces what an earlier run left there, and nothing else: a journal without the mark of a backtest
 * beside it may be somebody's account, and refuses the run.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makeFolders } from '#store/durable-file.ts'
import { BacktestRefusal } from './request.ts'

const MARK = '.ballast-backtest'
const WRITTEN = ['journal', 'checkpoints', 'report.json', 'report.html']

/** Before anything is read: whether the folder may be written to, and can be. */
export function admitFolder(out: string): void {
  const held = WRITTEN.find((name) => existsSync(join(out, name)))
  if (held !== undefined && !existsSync(join(out, MARK))) {
    throw new BacktestRefusal(
      'out',
      `${basename(out)} holds ${held}`,
      'a folder that is new, empty or of an earlier backtest',
      'folder_in_use',
    )
  }
  try {
    makeFolders(out)
    writeFileSync(join(out, MARK), 'A backtest wrote this folder; the next one to the same folder replaces it.\n')
  } catch (error) {
    throw new BacktestRefusal(
      'out',
      error instanceof Error && 'code' in error ? error.code : error,
      'a folder that can be written',
      'folder_not_writable',
    )
  }
}

/** Takes away what an earlier run left. */
export function prepareFolder(out: string): { readonly folder: string; readonly checkpointFolder: string } {
  admitFolder(out)
  for (const name of WRITTEN) rmSync(join(out, name), { recursive: true, force: true })
  return { folder: join(out, 'journal'), checkpointFolder: join(out, 'checkpoints') }
}
