/** The line about a served quote is the one the logger would have written. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { servedLine } from './served-line.ts'

test('[P-09] a served quote is logged in the logger’s own bytes', () => {
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) })
  for (const hitRate of [0, 1, 2 / 3]) {
    const entry = { route: '/put/quote', cache: 'stale', hits: 2, misses: 1, hitRate } as const
    log.info(entry, 'quote')
    const line = lines.pop() ?? ''
    assert.equal(servedLine(entry, (JSON.parse(line) as { readonly time: number }).time), line)
  }
})
