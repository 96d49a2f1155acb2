/** The answer on top of the page, one row per rule: what cannot be known is never called safe. */
import { test } from 'node:test'
import { deepEqual, equal, match } from 'node:assert/strict'
import type { Overview } from '#api/contract-page.ts'
import { COVER, overviewFixture } from './overview.fixture.ts'
import { atTheFloor, safetyOf, type Tone } from './safety.ts'

const HELD = { isLost: false, problem: undefined }
const spaced = (text: string): string => text.replaceAll('\u00a0', ' ')
const base = overviewFixture()
const floor = base.floor as NonNullable<Overview['floor']>
const CERTIFIED = COVER.certified as NonNullable<typeof COVER.certified>
const equity = base.equity as NonNullable<Overview['equity']>

const ROWS: readonly (readonly [string, Partial<Overview>, Tone, string, RegExp])[] = [
  [
    'above the floor under a full cover',
    {},
    'ok',
    'Safe',
    /^5,130\.40 USDC above the floor\. After a fall of 6\.25 % to 75,000\.00 the put takes over; it covers the full size for 3 d 11 h more\.$/,
  ],
  ['no price yet', { price: null, equity: null, floor: null }, 'unknown', 'Waiting for the first price', /No price/],
  [
    'a price that is too old',
    { price: { index: '80000', ageMs: 45_200, fresh: false } },
    'unknown',
    'Cannot tell',
    /45 s old.*Last known: safe\./,
  ],
  ['no position', { position: null, floor: null, coverages: [] }, 'ok', 'Nothing at risk', /no position/],
  ['a position without a value', { equity: null }, 'unknown', 'Waiting for a value', /needs a price/],
  ['an asset without a price', { equity: { ...equity, missingPositions: ['BTC-X'] } }, 'unknown', 'Cannot tell', /BTC-X/],
  ['no cover', { coverages: [], floor: null }, 'bad', 'Not protected', /without a cover/],
  [
    'a cover that is only pending',
    { coverages: [{ ...COVER, state: 'pending' }], floor: null },
    'bad',
    'Not protected yet',
    /being bought/,
  ],
  ['an alarm on the cover', { coverages: [{ ...COVER, alarm: 'hedge missing' }] }, 'bad', 'Protected, with an alarm', /hedge missing/],
  ['a cover just under the size', { coverages: [{ ...COVER, coverageRatio: '0.999' }] }, 'bad', 'Partly protected', /99\.90 %/],
  ['a cover of unknown share', { coverages: [{ ...COVER, coverageRatio: null }] }, 'bad', 'Partly protected', /An unknown part/],
  ['a cover over the size', { coverages: [{ ...COVER, coverageRatio: '1.2' }] }, 'ok', 'Safe', /above the floor/],
  ['a cover that settles', { coverages: [{ ...COVER, state: 'settling' }] }, 'warn', 'Settling', /payout is booked/],
  ['exactly on the floor', { floor: { ...floor, distanceUsdc: '0' } }, 'ok', 'Safe', /^0\.00 USDC above/],
  [
    'under the floor before settlement',
    { floor: { ...floor, distanceUsdc: '-12.34' } },
    'warn',
    'Safe at settlement',
    /would end 12\.34 USDC under its floor/,
  ],
  [
    'a price just over the strike',
    { price: { index: '75000.01', ageMs: 0, fresh: true } },
    'ok',
    'Safe',
    /After a fall of 0\.00 % to 75,000\.00 the put takes over/,
  ],
  [
    'a cover that nobody bids for',
    { floor: { ...floor, distanceUsdc: '-9000' }, coverages: [{ ...COVER, mtmUsdc: '0' }] },
    'warn',
    'Safe at settlement',
    /^Nobody bids for the put at this moment, so it counts as nothing: 9,000\.00 USDC under the floor/,
  ],
  [
    'a certificate that does not hold',
    { coverages: [{ ...COVER, certified: { ...CERTIFIED, holds: false, worstEquityUsdc: '9000' } }] },
    'bad',
    'The floor is not proven',
    /could end at 9,000\.00 USDC/,
  ],
  [
    'a little funding paid',
    { coverages: [{ ...COVER, certified: { ...CERTIFIED, worstEquityUsdc: '9771.40' } }] },
    'ok',
    'Safe',
    /above the floor/,
  ],
  [
    'a hedge of the holder’s own that may lose more than a hundredth of the floor',
    { coverages: [{ ...COVER, certified: { ...CERTIFIED, worstEquityUsdc: '9771.39', excluded: [{ name: 'trading', usdc: '-98.71' }] } }] },
    'warn',
    'The floor does not count everything',
    /With other trades \(−98\.71\) since it was bought, .* could end at 9,771\.39 USDC\.$/,
  ],
  [
    'a price at the strike',
    { price: { index: '75000', ageMs: 0, fresh: true } },
    'ok',
    'Safe',
    /is at or under the strike, so the put carries the loss; it covers/,
  ],
]

for (const [title, change, tone, answer, because] of ROWS) {
  test(`the answer for ${title}`, () => {
    const safety = safetyOf(overviewFixture(change), HELD)
    deepEqual([safety.tone, safety.answer], [tone, answer])
    match(spaced(safety.because), because)
  })
}

test('without a line nothing is safe, and what was last known is named as such', () => {
  const lost = safetyOf(base, { isLost: true, problem: 'it cannot be reached' })
  deepEqual([lost.tone, lost.answer], ['unknown', 'Cannot tell'])
  match(spaced(lost.because), /Last known: safe, at 12 Jan 20:13 UTC/)
  equal(safetyOf(undefined, { isLost: true, problem: 'it cannot be reached' }).answer, 'Cannot tell')
  equal(safetyOf(undefined, HELD).answer, 'Loading')
})

test('a short reads the other way round', () => {
  const position = { ...(base.position as NonNullable<Overview['position']>), side: 'short' as const }
  const short = overviewFixture({ position, coverages: [{ ...COVER, optionType: 'call', strike: '92000' }] })
  match(spaced(safetyOf(short, HELD).because), /After a rise of 15\.00 % to 92,000\.00 the call takes over/)
  match(spaced(atTheFloor(short) ?? ''), /^Over 92,000\.00 the call pays back at settlement/)
  match(
    spaced(atTheFloor(base) ?? ''),
    /^Under 75,000\.00 the put pays back .* keeps at least 9,870\.10 USDC on 16 Jan 08:00 UTC, not counting funding, basis and closing slippage\./,
  )
  const plain = overviewFixture({ coverages: [{ ...COVER, floorExcludes: [] }] })
  match(spaced(atTheFloor(plain) ?? ''), /USDC on 16 Jan 08:00 UTC\. Before/)
  equal(atTheFloor(overviewFixture({ floor: null })), undefined)
})
