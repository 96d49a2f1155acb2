/** The pages of docs/decisions: each title carries the number of its file, and the index names every page as it calls itself. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const FOLDER = new URL('../docs/decisions/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8')

test('every decision carries its number, and the index has one row for each', () => {
  const pages = readdirSync(FOLDER).filter((name) => /^\d{4}-.*\.md$/.test(name))
  const rows = pages.map((name) => {
    const [, number, title] = /^# (\d{4}):? (.+)$/m.exec(read(name)) ?? []
    assert.equal(number, name.slice(0, 4), `the title of ${name}`)
    return `| [${number}](${name}) | ${title} |`
  })
  const index = read('README.md')
    .split('\n')
    .filter((line) => line.startsWith('| ['))
  assert.deepEqual(index, rows.toSorted())
})
