/** All covers of an account over all that is to be covered, and the limit that is in force over them: on the overview, from running hosts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LINEAR_PERPETUAL } from '#domain/catalogue.ts'
import type { CoverageId } from '#domain/order.ts'
import { btc } from '#units/quantity.ts'
import type { Coverage } from '#topics/protection.ts'
import type { CoverageView, PortfolioPosition, PortfolioView, VenuePosition } from '#runtime/view-models.ts'
import { overviewAnswer } from './contract-page.ts'
import { coveredPosition } from './covered-position.ts'
import { get, post } from './host.fixture.ts'
import { coveredLong, openedLong } from './scene.fixture.ts'

const NOTHING: PortfolioView = { positions: [], source: null, updatedAt: null }

function booked(signed: string): VenuePosition {
  const state = { instrument: LINEAR_PERPETUAL, quantity: btc(signed) } as VenuePosition['state']
  return { state, leverage: undefined, mark: undefined, pnl: undefined }
}
function stated(...positions: readonly (readonly [id: string, side: 'long' | 'short', size: string])[]): PortfolioView {
  return {
    ...NOTHING,
    source: 'desk',
    positions: positions.map(([id, side, size]) => ({ id, side, size, asset: 'BTC' }) as PortfolioPosition),
  }
}
function cover(
  id: string,
  filled: string,
  more: Partial<Omit<Coverage, 'terms'>> & { readonly positionId?: string } = {},
): Pick<CoverageView, 'coverage'> {
  const { positionId, ...rest } = more
  const terms = { side: 'long', ...(positionId === undefined ? {} : { positionId }) } as Coverage['terms']
  const standing = { coverageId: id as CoverageId, state: 'active', size: btc(filled), filled: btc(filled), terms, ...rest }
  return { coverage: standing as Coverage }
}
function shown(...asked: Parameters<typeof coveredPosition>): readonly unknown[] {
  const { size, coveredSize, ratio, open } = coveredPosition(...asked)
  return [size, coveredSize, ratio, open.map((one) => `${one.source} ${one.side} ${one.coveredSize}/${one.size}`)]
}

test('[P-11] covers of one position count together', () => {
  const two = [cover('a', '1'), cover('b', '0.5')]
  assert.deepEqual(shown([booked('1.5')], NOTHING, two), ['1.5', '1.5', '1', []])
  assert.deepEqual(shown([booked('2')], NOTHING, two), ['2', '1.5', '0.75', ['books long 1.5/2']])
  const next = { previousCoverageId: 'a' as CoverageId }
  assert.deepEqual(shown([booked('2')], NOTHING, [cover('a', '1'), cover('b', '1', next)]), ['2', '1', '0.5', ['books long 1/2']])
  assert.deepEqual(shown([booked('1')], NOTHING, [cover('a', '1', { state: 'pending' })])[2], '0')
  assert.deepEqual(shown([], NOTHING, []), ['0', '0', null, []])
})

test('[P-11] what a holder states beyond the books is to be covered too; what a statement repeats is not counted twice', () => {
  assert.deepEqual(shown([booked('1')], stated(['p1', 'long', '1']), [cover('a', '1')]), ['1', '1', '1', []])
  assert.deepEqual(shown([], stated(['p1', 'long', '1']), []), ['1', '0', '0', ['stated long 0/1']])
  const both = stated(['p1', 'long', '1'], ['p2', 'short', '0.3'])
  assert.deepEqual(shown([booked('1.4')], both, [cover('a', '1.2', { positionId: 'p1' })]), [
    '1.7',
    '1',
    '0.588235294117647059',
    ['books long 0/0.4', 'stated short 0/0.3'],
  ])
})

test('[UI-01] [P-15] the overview names the cover in force, the programme’s limit, and what is open', async (t) => {
  const level = { level: 'Starter', initialBalanceUsdc: '20000', drawdownLimitUsdc: '12000' }
  const host = await coveredLong(t, { settings: [{ path: 'hedging/loop.accounts', value: { demo: level } }] })
  const ask = async () => overviewAnswer.parse((await get(host.api, '/api/overview')).json())
  const { floor, programme, coverages, covered, equity } = await ask()
  assert.equal(floor?.coverageId, coverages[0]?.coverageId)
  assert.deepEqual(covered, { size: '1', coveredSize: '1', ratio: '1', open: [] })
  assert.deepEqual([floor?.drawdownLimitUsdc, floor?.lowered], ['12000', null], 'the programme’s is the higher one')
  assert.deepEqual([programme?.level, programme?.limitUsdc], ['Starter', '12000'])
  assert.equal(Number(programme?.distanceUsdc), Number(equity?.close) - 12_000)
  assert.equal(Number(programme?.floorDistanceUsdc), Number(floor?.floorEquity) - 12_000)
  assert.ok(Number(programme?.floorDistanceUsdc) < 0, 'its own promise is lower')
  const position = { id: 'p1', asset: 'BTC', side: 'long', entryPrice: 88_000, size: 1.5, leverage: 5 }
  assert.equal((await post(host.api, '/portfolio/ingest', { accountId: 'demo', positions: [position], source: 'desk' })).statusCode, 200)
  assert.deepEqual((await ask()).covered, {
    size: '1.5',
    coveredSize: '1',
    ratio: '0.666666666666666667',
    open: [{ positionId: 'p1', side: 'long', size: '1.5', coveredSize: '1', source: 'stated' }],
  })
})

test('[UI-01] without a cover the programme’s limit still holds, and nothing is said of a floor', async (t) => {
  const level = { level: 'Starter', initialBalanceUsdc: '20000', drawdownLimitUsdc: '12000' }
  const host = await openedLong(t, { settings: [{ path: 'hedging/loop.accounts', value: { demo: level } }] })
  const { floor, programme, covered } = overviewAnswer.parse((await get(host.api, '/api/overview')).json())
  assert.deepEqual([floor, programme?.limitUsdc, programme?.floorDistanceUsdc], [null, '12000', null])
  assert.deepEqual([covered.ratio, covered.open.map(({ source }) => source)], ['0', ['books']])
})
