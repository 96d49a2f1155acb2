/** The answer on top of the page, one row per rule: what cannot be known is never called safe. */
import { test } from 'node:test'
import { deepEqual, equal, match } from 'node:assert/strict'
import type { Overview } from '#api/contract-page.ts'
import { COVER, overviewFixture } from './overview.fixture.ts'
import { atTheFloor, loweredFloor, safetyOf, type Tone } from './safety.ts'

const HELD = { isLost: false, problem: undefined }
const spaced = (text: string): string => text.replaceAll('\u00a0', ' ')
const base = overviewFixture()
const floor = base.floor as NonNullable<Overview['floor']>
const CERTIFIED = COVER.certified as NonNullable<typeof COVER.certified>
const equity = base.equity as NonNullable<Overview['equity']>

const LONG = { positionId: 'BTC_USDC-PERPETUAL', side: 'long', size: '1', coveredSize: '0', source: 'books' } as const
const OPEN: Overview['covered'] = { size: '1', coveredSize: '0', ratio: '0', open: [LONG] }
const NOTHING: Overview['covered'] = { size: '0', coveredSize: '0', ratio: null, open: [] }

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
  ['no position', { position: null, floor: null, coverages: [], covered: NOTHING }, 'ok', 'Nothing at risk', /no position/],
  ['a position without a value', { equity: null }, 'unknown', 'Waiting for a value', /needs a price/],
  ['an asset without a price', { equity: { ...equity, missingPositions: ['BTC-X'] } }, 'unknown', 'Cannot tell', /BTC-X/],
  [
    'no cover',
    { coverages: [], floor: null, covered: OPEN },
    'bad',
    'Not protected',
    /^No cover stands for the long of 1 BTC in the books\./,
  ],
  [
    'a position that is only stated, and that nobody covers',
    { position: null, coverages: [], floor: null, covered: { ...OPEN, open: [{ ...LONG, positionId: 'p1', source: 'stated' }] } },
    'bad',
    'Not protected',
    /^No cover stands for the long of 1 BTC stated as p1\./,
  ],
  [
    'a stated position beside a covered one',
    {
      covered: {
        size: '3',
        coveredSize: '1',
        ratio: '0.333333333333333333',
        open: [{ ...LONG, positionId: 'p1', size: '2', source: 'stated' }],
      },
    },
    'bad',
    'Partly protected',
    /^33\.33 % of the position is covered\. No floor holds for the rest of the long of 2 BTC stated as p1\.$/,
  ],
  [
    'a second cover beside the one in force, which the server names',
    { coverages: [COVER, { ...COVER, coverageId: 'cov-2', coverageRatio: '0.333', strike: '60000', hoursLeft: 24 }] },
    'ok',
    'Safe',
    /to 75,000\.00 the put takes over; 2 covers stand for the full size, the first to end in 1 d 00 h\.$/,
  ],
  [
    'an alarm on a cover that is not the one in force',
    { coverages: [COVER, { ...COVER, coverageId: 'cov-2', alarm: 'hedge missing' }] },
    'bad',
    'Protected, with an alarm',
    /hedge missing/,
  ],
  [
    'a floor under the programme’s limit',
    { programme: { level: 'Starter', limitUsdc: '10000', distanceUsdc: '5000.50', floorDistanceUsdc: '-129.90' } },
    'warn',
    'Safe at its floor, not at the programme’s limit',
    /^5,000\.50 USDC above the limit of the programme Starter, 10,000\.00 USDC\. The floor of 9,870\.10 lies 129\.90 under it\./,
  ],
  [
    'an account under the programme’s limit',
    { programme: { level: 'Starter', limitUsdc: '10000', distanceUsdc: '-0.01', floorDistanceUsdc: '-129.90' } },
    'bad',
    'Under the programme’s limit',
    /^Closed now the account would end 0\.01 USDC under the limit of the programme Starter/,
  ],
  [
    'a floor exactly at the programme’s limit',
    { programme: { level: 'Starter', limitUsdc: '9870.10', distanceUsdc: '5130.40', floorDistanceUsdc: '0' } },
    'ok',
    'Safe',
    /above the floor/,
  ],
  [
    'a bid under the programme’s limit while the floor keeps it',
    {
      floor: { ...floor, distanceUsdc: '-12.34' },
      programme: { level: 'Starter', limitUsdc: '9870.10', distanceUsdc: '-12.34', floorDistanceUsdc: '0' },
    },
    'warn',
    'Safe at settlement',
    /holds then\.$/,
  ],
  [
    'a cover that is only pending',
    { coverages: [{ ...COVER, state: 'pending' }], floor: null, covered: OPEN },
    'bad',
    'Not protected yet',
    /being bought/,
  ],
  ['an alarm on the cover', { coverages: [{ ...COVER, alarm: 'hedge missing' }] }, 'bad', 'Protected, with an alarm', /hedge missing/],
  [
    'a cover just under the size',
    { covered: { ...OPEN, coveredSize: '0.999', ratio: '0.999', open: [{ ...LONG, coveredSize: '0.999' }] } },
    'bad',
    'Partly protected',
    /99\.90 %/,
  ],
  ['a cover of unknown share', { covered: NOTHING }, 'bad', 'Partly protected', /An unknown part/],
  ['a cover over the size', { coverages: [{ ...COVER, coverageRatio: '1.2' }] }, 'ok', 'Safe', /above the floor/],
  ['a cover that settles', { coverages: [{ ...COVER, state: 'settling' }] }, 'warn', 'Settling', /payout is booked/],
  [
    'a cover that settles with none to follow',
    { coverages: [{ ...COVER, state: 'settling' }], covered: OPEN },
    'bad',
    'Settling, not covered since',
    /No cover stands for the rest of the long of 1 BTC/,
  ],
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

test('a floor that a renewal lowered says from what and when, as long as its cover is the one in force', () => {
  const lowered = { fromUsdc: '11812.4', toUsdc: '5528.1', atIso: '2026-01-03T20:03:00.000Z' }
  match(
    spaced(loweredFloor(overviewFixture({ floor: { ...floor, lowered } })) ?? ''),
    /^Floor lowered from 11,812\.40 to 5,528\.10 USDC on 3 Jan 20:03 UTC/,
  )
  deepEqual([loweredFloor(base), loweredFloor(overviewFixture({ floor: null }))], [undefined, undefined])
})
