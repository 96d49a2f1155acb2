/** Holds the tree to `layers.ts` and the house style. That each rule can fail is shown in `architecture-rules.test.ts`. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import * as rules from './architecture-rules.ts'
import { HOUSE_LIMITS, readRatchet, sizeOffences, type Sizes } from './size-ratchet.ts'
import { codeOnly, readAliases, readSources } from './source-tree.ts'

const sources = readSources()

const RULES: Readonly<Record<string, rules.Rule>> = {
  'imports go to lower rows, by name, and the core stays pure': rules.layerRule(readAliases()),
  'imports name a file; nothing is re-exported': rules.importFormRule,
  'no default export, no enum': rules.formRule,
  'only src/env.ts reads the environment': rules.environmentRule,
  'only stages/risk approves an order': rules.approvalRule,
  'every file opens with what it is': rules.headerRule,
  'files are kebab-case and named for what they hold': rules.nameRule,
}

for (const [title, rule] of Object.entries(RULES)) {
  test(title, () => {
    assert.deepEqual(sources.flatMap(rule), [])
  })
}

test('a topic has one producing folder; raw topics go to their readers alone', async () => {
  const { SHARED_TOPICS, TOPICS } = await import('#topics/registry.ts')
  const producers = Object.fromEntries(Object.entries(TOPICS).map(([topic, { producer }]) => [topic, producer]))
  assert.deepEqual(sources.flatMap(rules.topicRule({ producers, shared: SHARED_TOPICS })), [])
})

test('files and functions keep to the ratchet, which never rises above the house limits', () => {
  const limits = readRatchet()
  for (const key of Object.keys(HOUSE_LIMITS) as (keyof Sizes)[]) {
    assert.ok(limits[key] <= HOUSE_LIMITS[key], `ratchet.json: ${key} ${limits[key]} is above the house limit ${HOUSE_LIMITS[key]}`)
  }
  assert.deepEqual(sizeOffences(codeOnly(sources), limits), [])
})

test('the tree is seen at all: core, hosts and tests', () => {
  for (const folder of ['src/units/', 'src/topics/', 'bin/', 'test/']) {
    assert.ok(
      sources.some(({ file }) => file.startsWith(folder)),
      `no source found in ${folder}`,
    )
  }
})
