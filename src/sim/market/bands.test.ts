/** The simulated market against recorded ones: every figure is measured on both sides by the same function, the bands come from the recordings. */
import { test, type TestContext } from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { advanceMarket } from './advance.ts'
import { mean, quantile, relativeSpread, returnFigures, smileFigures, type ChainRow, type SmileFigures } from './figures.fixture.ts'
import { indexPrice } from './index-price.ts'
import { allOptionQuotes } from './options.ts'
import { fundingRate8h } from './perpetual.ts'
import { createMarket, type MarketState } from './state.ts'

const DATA = new URL('../../../../shared/data/', import.meta.url)
const DAY = 86_400_000
const SEEDS = [1, 2, 3, 4, 5]
const CALM_DAYS = 240
const START = 1_750_000_000_000
const TENORS = [
  [1.5, 4],
  [4, 10],
  [20, 45],
  [120, 400],
] as const
const DELTAS = [
  [0.02, 0.05],
  [0.05, 0.1],
  [0.1, 0.2],
  [0.2, 0.35],
  [0.35, 0.65],
  [0.65, 0.9],
] as const
const CRASH_FROM = 1_770_163_200_000 // 2026-02-04
const CRASH_TO = 1_770_508_800_000 // 2026-02-08

function within(t: TestContext, name: string, value: number, low: number, high: number): void {
  if (process.env['SHOW_FIGURES'] === '1') t.diagnostic(`${name}: ${value.toFixed(4)} in [${low.toFixed(4)}, ${high.toFixed(4)}]`)
  assert.ok(value >= low && value <= high, `${name}: ${value} outside the measured band [${low}, ${high}]`)
}

function recordingsMissing(t: TestContext): boolean {
  if (existsSync(DATA)) return false
  assert.ok(!process.env['CI'], '../shared/data is missing, which CI does not accept')
  t.skip('../shared/data missing')
  return true
}

function readRows(name: string, keep: (line: string) => boolean = () => true): readonly (readonly string[])[] {
  const lines = gunzipSync(readFileSync(new URL(name, DATA)))
    .toString('utf8')
    .trim()
    .split('\n')
  return lines
    .slice(1)
    .filter(keep)
    .map((line) => line.split(','))
}

interface CalmRun {
  readonly closes: readonly number[]
  readonly funding: readonly number[]
  readonly chains: readonly (readonly ChainRow[])[]
}
let calmRuns: readonly CalmRun[] | null = null

function calmMarkets(): readonly CalmRun[] {
  calmRuns ??= SEEDS.map((seed) => {
    const state = createMarket({ seed, scenario: 'calm', startAt: START, startPrice: 80_000 })
    const closes = [indexPrice(state)]
    const funding: number[] = []
    const chains: (readonly ChainRow[])[] = []
    for (let day = 0; day < CALM_DAYS; day += 1) {
      for (let third = 0; third < 3; third += 1) {
        advanceMarket(state, state.at + DAY / 3)
        funding.push(fundingRate8h(state))
      }
      closes.push(indexPrice(state))
      if (day % 6 === 5) chains.push(...simulatedChains(state))
    }
    return { closes, funding, chains }
  })
  return calmRuns
}

function simulatedChains(state: MarketState): readonly (readonly ChainRow[])[] {
  const groups = new Map<number, ChainRow[]>()
  for (const [{ expiry, right }, quote] of allOptionQuotes(state)) {
    const rows = groups.get(expiry) ?? []
    groups.set(expiry, rows)
    const { markIv: iv, delta, bidCoin, askCoin, markCoin: mark } = quote
    rows.push({ right, days: (expiry - state.at) / DAY, iv, delta, bid: bidCoin ?? 0, ask: askCoin ?? 0, mark })
  }
  return [...groups.values()]
}

interface RecordedChain {
  readonly at: number
  readonly rows: readonly ChainRow[]
}
let recordedChains: readonly RecordedChain[] | null = null

function recordings(): readonly RecordedChain[] {
  recordedChains ??= ['202512', '202601', '202602', '202603', '202604', '202605'].flatMap((month) => {
    const groups = new Map<string, { at: number; rows: ChainRow[] }>()
    for (const cells of readRows(`options/deribit_options_chain_${month}.csv.gz`, (line) => line.includes(',BTC,'))) {
      const [at = '', , , right, , expiry = '', bid, ask, mark, iv, delta] = cells
      const group = groups.get(at + expiry) ?? { at: Number(at), rows: [] }
      groups.set(at + expiry, group)
      const days = (Number(expiry) - Number(at)) / DAY
      group.rows.push({
        right: right === 'put' ? 'put' : 'call',
        days,
        iv: Number(iv),
        delta: Number(delta),
        bid: Number(bid),
        ask: Number(ask),
        mark: Number(mark),
      })
    }
    return [...groups.values()]
  })
  return recordedChains
}

const inBucket = (value: number, [low, high]: readonly [number, number]) => value >= low && value < high
const inCrash = ({ at }: RecordedChain) => at >= CRASH_FROM && at < CRASH_TO

test('[DV-11] daily moves, tails and volatility clustering lie between the calmest and the wildest recorded year', (t) => {
  if (recordingsMissing(t)) return
  const names = ['20180101_20200919', '20200920_20231231'].map((span) => `ohlcv/binance_spot_btcusdt_1h_${span}.csv.gz`)
  const byDay = new Map<number, number>()
  for (const [at, , , , close] of names.flatMap((name) => readRows(name))) byDay.set(Math.floor(Number(at) / DAY), Number(close))
  const closes = [...byDay.entries()].sort((a, b) => a[0] - b[0]).map(([, close]) => close)
  assert.equal(closes.length, 2191)
  const years = [0, 1, 2, 3, 4, 5].map((year) => returnFigures(closes.slice(year * 365, year * 365 + 366)))
  const simulated = calmMarkets().map((run) => returnFigures(run.closes))
  const chance = 1 / Math.sqrt(SEEDS.length * CALM_DAYS) // standard error of an autocorrelation over all simulated days
  for (const figure of ['deviation', 'kurtosis', 'absLag1', 'absLag5', 'squareLag1', 'squareLag5'] as const) {
    const measured = years.map((year) => year[figure])
    const slack = figure.includes('Lag') ? chance : 0
    within(
      t,
      `${figure} of daily returns, mean of seeds`,
      mean(simulated.map((run) => run[figure])),
      Math.min(...measured) - slack,
      Math.max(...measured) + slack,
    )
  }
  within(t, 'clustering a random walk would not show (absLag1)', mean(simulated.map(({ absLag1 }) => absLag1)), 2 * chance, 1)
  for (const { deviation } of simulated)
    within(
      t,
      'deviation of one seed',
      deviation,
      0.8 * Math.min(...years.map((y) => y.deviation)),
      Math.max(...years.map((y) => y.deviation)),
    )
})

test('[DV-11] volatility at the money and skew by delta lie within the recorded quartiles, tenor by tenor', (t) => {
  if (recordingsMissing(t)) return
  const simulated = calmMarkets().flatMap((run) => run.chains.map(smileFigures))
  const recorded = recordings().map(({ rows }) => smileFigures(rows))
  for (const tenor of TENORS) {
    const of = (smiles: readonly SmileFigures[], figure: 'atm' | 'skew25' | 'skew10') =>
      smiles.filter(({ days }) => inBucket(days, tenor)).map((smile) => smile[figure])
    for (const figure of ['atm', 'skew25', 'skew10'] as const) {
      const measured = of(recorded, figure)
      within(
        t,
        `median ${figure} at ${tenor.join(' to ')} days`,
        quantile(of(simulated, figure), 0.5),
        quantile(measured, 0.25),
        quantile(measured, 0.75),
      )
    }
  }
})

test('[DV-11] spread over mark by delta lies within the recorded quartiles; far out of the money bids vanish as recorded', (t) => {
  if (recordingsMissing(t)) return
  const simulated = calmMarkets().flatMap((run) => run.chains.flat())
  const recorded = recordings()
    .filter((chain) => !inCrash(chain))
    .flatMap(({ rows }) => rows)
  for (const tenor of TENORS) {
    for (const delta of DELTAS) {
      const of = (rows: readonly ChainRow[]) =>
        rows.filter((row) => inBucket(row.days, tenor) && inBucket(Math.abs(row.delta), delta)).flatMap((row) => relativeSpread(row) ?? [])
      const measured = of(recorded)
      within(
        t,
        `spread at ${tenor.join(' to ')} days, delta ${delta.join(' to ')}`,
        quantile(of(simulated), 0.5),
        quantile(measured, 0.25),
        quantile(measured, 0.75),
      )
    }
    const bidless = (rows: readonly ChainRow[]) => {
      const far = rows.filter((row) => inBucket(row.days, tenor) && Math.abs(row.delta) < 0.02)
      return far.filter(({ bid }) => !(bid > 0)).length / far.length
    }
    within(
      t,
      `share without a bid under 2 delta at ${tenor.join(' to ')} days`,
      bidless(simulated),
      Math.max(0, bidless(recorded) - 0.3),
      bidless(recorded) + 0.3,
    )
  }
})

test('[DV-11] funding has the shape of the recorded exchanges: its share at the interest rate, its tails', (t) => {
  if (recordingsMissing(t)) return
  const venues = new Map<string, number[]>()
  for (const [, exchange = '', symbol, hours, rate] of readRows('funding/funding_btc_eth_7venues_2020_2022.csv.gz')) {
    if (symbol !== 'BTC-USDT' || hours !== '8' || exchange === 'mexc') continue // mexc charges no flat interest rate
    venues.set(exchange, [...(venues.get(exchange) ?? []), Number(rate)])
  }
  const simulated = calmMarkets().flatMap((run) => run.funding)
  const measured = [...venues.values()]
  const flat = (rates: readonly number[]) => rates.filter((rate) => Math.abs(rate - 0.0001) < 1e-9).length / rates.length
  within(
    t,
    'share of intervals at one basis point',
    flat(simulated),
    Math.min(...measured.map(flat)) - 0.1,
    Math.max(...measured.map(flat)) + 0.1,
  )
  for (const share of [0.05, 0.95, 0.99]) {
    const at = measured.map((rates) => quantile(rates, share))
    const width = Math.max(...at) - Math.min(...at)
    within(t, `funding at the ${share} quantile`, quantile(simulated, share), Math.min(...at) - width, Math.max(...at) + width)
  }
})

test('[DV-11] a crash raises volatility, steepens skew and empties quotes in the money as February 2026 did', (t) => {
  if (recordingsMissing(t)) return
  const recorded = recordings()
    .filter(inCrash)
    .map(({ rows }) => rows)
  const simulated = SEEDS.map((seed) => {
    const state = createMarket({ seed, scenario: 'crash', startAt: START, startPrice: 80_000 })
    return Array.from({ length: 24 }, () => {
      advanceMarket(state, state.at + DAY / 8)
      return simulatedChains(state)
    }).flat()
  })
  for (const tenor of [TENORS[1], TENORS[2]]) {
    for (const figure of ['atm', 'skew25'] as const) {
      const peak = (chains: readonly (readonly ChainRow[])[]) =>
        quantile(
          chains
            .map(smileFigures)
            .filter(({ days }) => inBucket(days, tenor))
            .map((smile) => smile[figure]),
          1,
        )
      const measured = peak(recorded)
      within(t, `peak ${figure} at ${tenor.join(' to ')} days, mean of seeds`, mean(simulated.map(peak)), 0.7 * measured, 1.5 * measured)
    }
  }
  const unquoted = (chains: readonly (readonly ChainRow[])[]) => {
    const inTheMoney = chains.flat().filter(({ delta }) => inBucket(Math.abs(delta), [0.65, 0.9]))
    return inTheMoney.filter(({ bid }) => !(bid > 0)).length / inTheMoney.length
  }
  within(t, 'share without a bid, delta 0.65 to 0.9', unquoted(simulated.flat()), 0.4 * unquoted(recorded), 1.2 * unquoted(recorded))
})
