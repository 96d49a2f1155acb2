/** Every rule of the architecture test, fed with a source that breaks it and one that does not: a rule that cannot fail is none. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import * as rules from './architecture-rules.ts'
import { layerOf } from './layers.ts'
import { parseSource } from './parse-source.ts'
import { HOUSE_LIMITS, measureSizes, sizeOffences, tighten } from './size-ratchet.ts'
import { readAliases } from './source-tree.ts'

const layers = rules.layerRule(readAliases())
const topics = rules.topicRule({ producers: { marks: 'analysis', hedge_trades: 'risk' }, shared: new Set(['timer_requests']) })
const HEADER = '/** A file made up for a test of the rules. */\n'

const offences = (rule: rules.Rule, file: string, text: string): readonly string[] => rule(parseSource(file, text))

const IMPORTS: readonly (readonly [file: string, from: string, wrong: RegExp | undefined])[] = [
  ['src/units/money.ts', '#base/result.ts', undefined],
  ['src/units/money.ts', './price.ts', undefined],
  ['src/base/result.ts', '#units/money.ts', /row 1\) from row 0/],
  ['src/units/money.ts', '#math/stats/mean.ts', /row 1\) from row 1/],
  ['src/units/money.ts', '../base/result.ts', /across folders/],
  ['src/units/money.ts', '#nowhere/x.ts', /no folder/],
  ['src/units/money.ts', 'node:fs', /core code imports node:fs/],
  ['src/units/money.ts', 'fastify', /core code imports fastify/],
  ['src/units/money.ts', 'decimal.js', undefined],
  ['src/units/money.ts', 'pure-rand/generator/xoroshiro128plus', undefined],
  ['src/units/money.test.ts', 'node:test', undefined],
  ['src/engine/bus.test.ts', '#store/node-crypto.ts', undefined],
  ['src/engine/bus.fixture.ts', 'node:crypto', undefined],
  ['src/engine/bus.ts', './bus.fixture.ts', /belongs to the tests/],
  ['src/store/log.ts', '#engine/bus.fixture.ts', /belongs to the tests/],
  ['src/stages/risk/limits.test.ts', '#stages/ledger/post.ts', /meet other stages in topics/],
  ['src/stages/risk/limits.ts', '#stages/execution/router.ts', /row 5\) from row 5/],
  ['src/stages/risk/limits.ts', '#sim/market.ts', /row 5\) from row 5/],
  ['src/stages/risk/breakers/flash-crash.ts', '../limits.ts', undefined],
  ['src/stages/risk/breakers/flash-crash.ts', '../../ledger/post.ts', /across folders/],
  ['src/sim/market.ts', '#engine/component.ts', undefined],
  ['src/sim/market.ts', '#stages/risk/limits.ts', /row 5\) from row 5/],
  ['src/store/journal.ts', '#env', /row 5\) from row 5/],
  ['src/venues/deribit/feed.ts', '#venues/bybit/feed.ts', /row 5\) from row 5/],
  ['src/venues/deribit/feed.ts', '#sim/market.ts', /row 5\) from row 5/],
  ['src/venues/paper/venue.ts', '#sim/market.ts', undefined],
  ['src/venues/paper/venue.ts', '#stages/risk/limits.ts', /may not see/],
  ['src/venues/registry.ts', './paper/venue.ts', /across folders/],
  ['src/venues/registry.ts', '#venues/paper/venue.ts', undefined],
  ['src/pipeline.ts', '#stages/risk/limits.ts', undefined],
  ['src/pipeline.ts', '#sim/market.ts', /may not see/],
  ['src/pipeline.ts', '#runtime/run.ts', /row 7\) from row 6/],
  ['src/runtime/run.ts', '#store/journal.ts', undefined],
  ['src/api/server.ts', '#stages/risk/limits.ts', /may not see/],
  ['src/api/server.ts', '#pipeline', undefined],
  ['src/api/server.ts', '#lab/backtest.ts', /row 8\) from row 8/],
  ['src/api/contract.ts', '#units/money.ts', undefined],
  ['src/api/contract.ts', '#engine/component.ts', /goes into the browser/],
  ['src/api/contract.ts', './server.ts', /goes into the browser/],
  ['src/cli/main.ts', '#lab/backtest.ts', undefined],
  ['web/app.tsx', '#api/contract.ts', undefined],
  ['web/app.tsx', '#units/money.ts', undefined],
  ['web/app.tsx', '#domain/order.ts', /browser code imports/],
  ['web/app.tsx', '#api/server.ts', /browser code imports/],
  ['web/app.tsx', 'node:fs', /browser code imports/],
  ['test/replay.test.ts', '#stages/risk/limits.ts', undefined],
  ['bin/ballast.mjs', '#cli/main.ts', undefined],
  ['scripts/x.ts', './y.ts', /no folder/],
]

for (const [file, from, wrong] of IMPORTS) {
  test(`${file} ${wrong === undefined ? 'may' : 'may not'} import ${from}`, () => {
    const typed = file.endsWith('.mjs') ? [] : [`import type { A } from '${from}'`]
    for (const form of [`import { a } from '${from}'`, `const a = await import('${from}')`, ...typed]) {
      const found = offences(layers, file, form)
      assert.equal(found.length, wrong === undefined ? 0 : 1, `${form}: ${found.join()}`)
      if (wrong !== undefined) assert.match(found[0] ?? '', wrong)
    }
  })
}

const FORMS: readonly (readonly [rule: rules.Rule, file: string, bad: string, good: string])[] = [
  [rules.importFormRule, 'src/a/b.ts', `export * from './c.ts'`, `import { c } from './c.ts'`],
  [rules.importFormRule, 'src/a/b.ts', `export { c } from './c.ts'`, `export const c = 1`],
  [rules.importFormRule, 'src/a/b.ts', `import { c } from './c'`, `import { run } from '#pipeline'`],
  [rules.importFormRule, 'src/a/b.ts', `const c = await import(name)`, `const c = await import('./c.ts')`],
  [rules.formRule, 'src/a/b.ts', `export default 1`, `export const one = 1`],
  [rules.formRule, 'src/a/b.ts', `enum Side { buy }`, `const SIDES = ['buy'] as const`],
  [rules.environmentRule, 'src/a/b.ts', `const x = process.env`, `const x = process.argv`],
  [rules.environmentRule, 'bench/b.ts', `const x = process.env['CI']`, `const x = 1`],
  [rules.environmentRule, 'src/a/b.ts', `import { env } from 'node:process'`, `import { argv } from 'node:process'`],
  [
    rules.approvalRule,
    'src/stages/execution/b.ts',
    `import { approveOrder } from '#stages/risk/approve.ts'`,
    `import type { Approved } from '#domain/order.ts'`,
  ],
  [rules.approvalRule, 'src/sim/b.ts', `const a = order as unknown as Approved<Order>`, `const a: Approved<Order> = b`],
  [rules.approvalRule, 'src/sim/b.ts', `export function approveOrder(): void {}`, `export function approve(): void {}`],
  [
    rules.headerRule,
    'src/a/b.ts',
    `import { c } from './c.ts'\n/** Too late to be the opening of a file. */`,
    `${HEADER}import { c } from './c.ts'`,
  ],
  [rules.headerRule, 'bin/b.mjs', `#!/usr/bin/env node\nrun()`, `#!/usr/bin/env node\n${HEADER}run()`],
  [rules.headerRule, 'src/a/b.ts', `/** b */`, HEADER],
  [topics, 'src/stages/protection/b.ts', `component({ produces: ['hedge_trades'] })`, `component({ produces: ['timer_requests'] })`],
  [topics, 'src/stages/analysis/b.ts', `component({ produces: ['unheard_of'] })`, `component({ produces: ['marks'] })`],
  [topics, 'src/stages/risk/b.ts', `component({ consumes: ['raw_quotes'] })`, `component({ consumes: ['marks'] })`],
  [topics, 'src/stages/risk/b.ts', `component({ consumes: ['account_raw'] })`, `component({ consumes: ['position_states'] })`],
]

for (const [rule, file, bad, good] of FORMS) {
  test(`${file}: ${bad.replaceAll('\n', ' ')}`, () => {
    assert.equal(offences(rule, file, bad).length, 1)
    assert.deepEqual(offences(rule, file, good), [])
  })
}

test('what only one folder may do, it may do', () => {
  assert.deepEqual(offences(rules.environmentRule, 'src/env.ts', 'export const env = process.env'), [])
  assert.deepEqual(
    offences(rules.approvalRule, 'src/stages/risk/approve.ts', 'export const approveOrder = (o: X) => o as unknown as Approved<X>'),
    [],
  )
  assert.deepEqual(offences(rules.formRule, 'web/vite.config.ts', 'export default {}'), [])
})

test('names are kebab-case and say something', () => {
  for (const file of [
    'src/units/moneyValue.ts',
    'src/units/Money.ts',
    'src/units/utils.ts',
    'src/helpers/money.ts',
    'src/misc.ts',
    'src/units/index.ts',
  ]) {
    assert.equal(offences(rules.nameRule, file, '').length, 1, file)
  }
  for (const file of ['src/math/options/black76.golden.test.ts', 'web/order-table.tsx'])
    assert.deepEqual(offences(rules.nameRule, file, ''), [])
})

test('the most exact layer wins', () => {
  assert.equal(layerOf('src/venues/paper/venue.ts')?.unit, 'src/venues/paper')
  assert.equal(layerOf('src/venues/deribit/feed.ts')?.unit, 'src/venues/deribit')
  assert.equal(layerOf('src/venues/registry.ts')?.unit, 'src/venues')
  assert.equal(layerOf('src/stages/shared.ts'), undefined)
})

const bodyOf = (lines: number): string => 'x()\n'.repeat(lines)
const functionOf = (lines: number): string => `${HEADER}function long() {\n${bodyOf(lines - 2)}}\n`

test('a file and a function one line over the limit are named', () => {
  const at = (lines: number): string[] =>
    sizeOffences([parseSource('src/a/b.ts', bodyOf(lines))], { ...HOUSE_LIMITS, fileLinesMedian: 500, fileLinesP90: 500 })
  assert.deepEqual(at(400), [])
  assert.deepEqual(at(401), ['src/a/b.ts:1 has 401 lines, limit 400'])
  const roomy = { ...HOUSE_LIMITS, functionLinesP90: 100 }
  assert.deepEqual(sizeOffences([parseSource('src/a/b.ts', functionOf(60))], roomy), [])
  assert.deepEqual(sizeOffences([parseSource('src/a/b.ts', functionOf(61))], roomy), ['src/a/b.ts:2 long has 61 lines, limit 60'])
})

test('medians and shares are held as well, and the longest are named', () => {
  const found = sizeOffences([parseSource('src/a/b.ts', functionOf(31)), parseSource('src/a/c.ts', bodyOf(251))], HOUSE_LIMITS)
  assert.equal(found.length, 2)
  assert.match(found[0] ?? '', /^fileLinesP90 is 251, limit 250; the longest: src\/a\/c.ts \(251\)/)
  assert.match(found[1] ?? '', /^functionLinesP90 is 31, limit 30; the longest: src\/a\/b.ts:2 long \(31\)/)
})

test('a function named inside a closure counts by itself, a callback does not', () => {
  const closure = `function outer() {\n  return {\n    one() {\n      x()\n    },\n  }\n}\n`
  const callback = `function outer() {\n  each(() => {\n    x()\n  })\n}\n`
  const lines = (text: string): readonly (readonly [string, number])[] =>
    parseSource('src/a/b.ts', text).functions.map((f) => [f.name, f.lines] as const)
  assert.deepEqual(lines(closure), [
    ['outer', 5],
    ['one', 3],
  ])
  assert.deepEqual(lines(callback), [
    ['outer', 5],
    ['each', 3],
  ])
})

test('the ratchet only goes down', () => {
  const small = measureSizes([parseSource('src/a/b.ts', functionOf(10))])
  assert.deepEqual(tighten(small, HOUSE_LIMITS), {
    fileLinesMax: 11,
    fileLinesMedian: 13,
    fileLinesP90: 13,
    functionLinesMax: 10,
    functionLinesP90: 11,
  })
  assert.deepEqual(tighten(HOUSE_LIMITS, small), small)
})

test('a source that does not parse is an error, not an empty one', () => {
  assert.throws(() => parseSource('src/a/b.ts', 'const ='), /does not parse/)
})
