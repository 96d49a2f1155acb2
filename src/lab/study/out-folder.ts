/** The folder a study writes to: it replaces what an earlier study left there and nothing else. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makeFolders } from '#store/durable-file.ts'
import { StudyRefusal } from './request.ts'

const MARK = '.ballast-protect-study'
const NAMES = ['report.json', 'report.html', 'quotes.csv', 'pairs.csv'] as const
export type Written = (typeof NAMES)[number]

/** Call before the work: a folder that cannot be written is worth knowing at once. */
export function prepareFolder(out: string): void {
  const held = NAMES.find((name) => existsSync(join(out, name)))
  if (held !== undefined && !existsSync(join(out, MARK)))
    throw new StudyRefusal('out', `${basename(out)} holds ${held}`, 'a folder that is new, empty or of an earlier study', 'folder_in_use')
  try {
    makeFolders(out)
    writeFileSync(join(out, MARK), 'A study of the protection wrote this folder; the next one to the same folder replaces it.\n')
  } catch (error) {
    const seen = error instanceof Error && 'code' in error ? error.code : error
    throw new StudyRefusal('out', seen, 'a folder that can be written', 'folder_not_writable')
  }
  for (const name of NAMES) rmSync(join(out, name), { force: true })
}

export function writeInto(out: string, name: Written, text: string): string {
  const path = join(out, name)
  writeFileSync(path, text)
  return path
}
