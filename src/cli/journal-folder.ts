/** A folder named on the command line that must hold a journal. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { listSegments } from '#store/segment-reader.ts'
import { refused } from './failure.ts'

export function journalFolder(path: string): string {
  if (!existsSync(path)) throw refused('journal', path, 'a folder that exists')
  if (!statSync(path).isDirectory()) throw refused('journal', path, 'a folder; a journal is a folder of segments')
  if (listSegments(path).length > 0) return path
  const inside = ['engine', 'journal'].map((name) => join(path, name)).find((folder) => existsSync(folder))
  throw refused(
    'journal',
    path,
    inside === undefined ? 'a folder with journal segments' : `a folder with journal segments; did you mean ${inside}?`,
  )
}
