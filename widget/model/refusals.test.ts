/** Every reason the server's sources can give has its words, with the value seen and the limit; what is not known is told as it came. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Explanation, Refusal } from '../api/ask.ts'
import { alarmWords, knowsReason, told } from './refusals.ts'
import { toldLost, toldOf } from './told.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const REFUSING = ['src/stages/{protection,risk,execution}/*.ts', 'src/stages/ledger/portfolio*.ts', 'src/runtime/command-desk.ts']
/** A reason as a literal: of `refuse(…)`, of a refusal written out, and of the few functions that make one. */
const REASON = /refuse\(\s*'([a-z_]+)'|code: '([a-z_]+)'|(?:short|shortOfEquity|no|budgetRefusal)\('([a-z]+_[a-z_]+)'/g
/** Said of a decision that was made, not of a call that was refused. */
const NOT_REFUSALS: ReadonlySet<string> = new Set(
  'best_score closed_by_client custom expired floor_eroded floor_lowered hedge_gone late_fill liquidity over_protected renewal_due renewal_partial renewal_placed renewed roll_pending session_started sold within_cap'.split(
    ' ',
  ),
)

function reasonsInSources(): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const files = globSync(REFUSING, { cwd: ROOT }).filter((file) => !/\.(test|fixture)\.ts$/.test(file))
  for (const file of files)
    for (const match of readFileSync(`${ROOT}${file}`, 'utf8').matchAll(REASON))
      found.set(match.slice(1).find((name) => name !== undefined) ?? '', file)
  const api = readFileSync(`${ROOT}src/api/refusal.ts`, 'utf8')
  for (const [, name = ''] of api.slice(0, api.indexOf('HTTP_STATUS')).matchAll(/\| '([a-z_]+)'/g)) found.set(name, 'src/api/refusal.ts')
  return found
}

test('[UI-01] [API-03] every reason a call can be refused with has its words', () => {
  const reasons = reasonsInSources()
  assert.ok(reasons.size > 80, `only ${reasons.size} reasons were found: the way they are written has changed`)
  const missing = [...reasons].filter(([reason]) => !knowsReason(reason) && !NOT_REFUSALS.has(reason))
  assert.deepEqual(missing, [], 'give each a line in widget/model/refusals.ts')
})

const refusal = (reason: string, explanation: Partial<Explanation>): Refusal => ({
  reason,
  httpStatus: 200,
  explanation: { code: reason, field: '', seen: null, limit: null, ...explanation },
})
const spaced = (text: string | undefined): string => (text ?? '').replaceAll('\u00a0', ' ')

const ROWS: readonly (readonly [string, Partial<Explanation>, string, string?])[] = [
  [
    'insufficient_size',
    { field: 'positionSize', seen: '50', limit: '38.9', flip: { field: 'positionSize', to: '38.9' } },
    'Only 38.9 BTC are on offer, less than 50 BTC.',
    'size 38.9 Use 38.9 BTC',
  ],
  [
    'invalid_leverage',
    { field: 'leverage', seen: 9, limit: '<= 5', flip: { field: 'leverage', to: 5 } },
    'Leverage of 9× is outside what this tier allows (<= 5).',
  ],
  [
    'invalid_tenor',
    { field: 'tenorDays', seen: 120, limit: '<= 90', flip: { field: 'tenorDays', to: 90 } },
    '120 days of protection cannot be had: it has to be <= 90.',
    'tenor 90 Use 90 days',
  ],
  [
    'invalid_drawdown_floor',
    { field: 'drawdownFloorPct', seen: '1.2', limit: 'below 1', flip: { field: 'drawdownFloorPct', to: '0.9999' } },
    'A floor 120 % from the price is outside what can be had.',
    'floor 0.9999 Use 99.99 %',
  ],
  [
    'unknown_tier',
    { field: 'tierName', seen: 'Nope', limit: 'Bronze, Gold', flip: { field: 'tierName', to: 'Bronze' } },
    'There is no tier Nope. The tiers are Bronze, Gold.',
    'tier Bronze Use Bronze',
  ],
  [
    'premium_floor',
    { field: 'capUsdc', seen: '31.5', limit: '61.2096968', flip: { field: 'fixedPriceUsdc', to: '38.88' } },
    'The most you would pay, 31.50 USDC, is under the least this cover may be sold for, 61.21 USDC.',
  ],
  [
    'price_moved',
    { field: 'feeUsdc', seen: '90', limit: '88.86' },
    'The price moved to 90.00 USDC, beyond the 88.86 USDC you had agreed to at most. Nothing was bought.',
  ],
  [
    'stale_price',
    { field: 'indexAgeMs', seen: 180_000, limit: 120_000 },
    'The market data is too old to price on: 3 min 00 s of market time, at most 2 min 00 s is allowed.',
  ],
  [
    'venue_link_down',
    { field: 'link', seen: 'down', limit: 'up' },
    'The protection service refused: venue link down. link is down, the limit is up.',
  ],
]

for (const [reason, explanation, what, fix] of ROWS)
  test(`[UI-01] ${reason} is told with value and limit`, () => {
    const words = told(refusal(reason, explanation))
    assert.equal(spaced(words.what), what)
    assert.equal(words.fix === undefined ? undefined : spaced(`${words.fix.field} ${words.fix.to} ${words.fix.label}`), fix)
  })

test('[UI-01] a flip the form has no field for is told as a sentence, a known remedy comes first', () => {
  assert.equal(
    spaced(told(refusal('below_drawdown_limit', { seen: '1', limit: '2', flip: { field: 'drawdownLimitUsdc', to: '1' } })).next),
    'It would pass with drawdownLimitUsdc 1.',
  )
  assert.equal(
    told(refusal('insufficient_cash', { seen: '1', limit: '2', flip: { field: 'cash', to: '2' } })).next,
    'Try a lower floor or a smaller size.',
  )
})

test('[UI-01] an unknown reason is told by its name, value and limit; nothing is made up', () => {
  assert.deepEqual(told(refusal('brand_new_rule', { field: 'moon', seen: 'full', limit: 'new' })), {
    what: 'The protection service refused: brand new rule. moon is full, the limit is new.',
    again: false,
  })
  assert.equal(told(refusal('constructor', {})).what, 'The protection service refused: constructor.')
})

test('[UI-01] without an answer the reader is told why, and whether trying again helps', async () => {
  assert.deepEqual([toldLost('unreachable').again, toldLost('slow').again, toldLost('unreadable').again], [true, true, false])
  assert.equal((await toldOf(refusal('halted', {}))).next, 'Try again when trading goes on.')
})

test('[UI-01] every alarm a cover can have is a sentence', () => {
  const found = new Set<string>()
  for (const file of globSync('src/stages/protection/*.ts', { cwd: ROOT }).filter((name) => !/\.(test|fixture)\.ts$/.test(name)))
    for (const [, alarm = ''] of readFileSync(`${ROOT}${file}`, 'utf8').matchAll(/alarm: '([a-z_]+)'/g)) found.add(alarm)
  assert.ok(found.size >= 8, `only ${found.size} alarms were found`)
  assert.deepEqual(
    [...found].filter((alarm) => alarmWords(alarm).startsWith('Alarm:')),
    [],
  )
  assert.equal(alarmWords('something_new'), 'Alarm: something new.')
})
