/** The project's own source files, parsed: what the architecture test and the ratchet look at. */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isTest } from './architecture-rules.ts'
import { parseSource, type SourceFacts } from './parse-source.ts'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Types for others, and what a partner writes with them: they import as a page does. */
const OF_PARTNERS = ['**/*.d.ts', 'widget/fixtures/**']
const SOURCES = '{src,web,widget,bin,bench,test}/**/*.{ts,tsx,mjs}'

export function readSources(root = ROOT): SourceFacts[] {
  const files = globSync(SOURCES, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**', ...OF_PARTNERS] }).map((file) =>
    file.replaceAll('\\', '/'),
  )
  return files.sort().map((file) => parseSource(file, readFileSync(new URL(file, `file://${root}/`), 'utf8')))
}

export function codeOnly(sources: readonly SourceFacts[]): SourceFacts[] {
  return sources.filter(({ file }) => !isTest(file))
}

export function readAliases(): Readonly<Record<string, string>> {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { imports: Record<string, string> }).imports
}
