/** Digest of the code that decides: SHA-256 over the core folders' sources in a fixed order. Two runs with one digest ran the same code. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('..', import.meta.url))
const DECIDING = ['base', 'units', 'math', 'domain', 'topics', 'engine', 'stages']

export function codeDigest(): string {
  const hash = createHash('sha256')
  const files = DECIDING.flatMap((folder) => sourcesUnder(join(SOURCE, folder)))
  for (const file of [...files, join(SOURCE, 'pipeline.ts')]) {
    hash.update(relative(SOURCE, file).split(sep).join('/')).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function sourcesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        name.endsWith('.ts') &&
        !name.includes('.test.') &&
        !name.includes('.prop.') &&
        !name.includes('.golden.') &&
        !name.includes('.types.'),
    )
    .sort()
    .map((name) => join(folder, name))
}
