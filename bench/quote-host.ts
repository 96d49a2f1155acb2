/**
 * The platform a quote is asked of over HTTP: engine, journal, documented files and API as `ballast start` joins them, over a market that
 * stands still. 800 options are listed, at the expiries and strikes the simulated market lists after its price has been up and down; each
 * has the quote that market shows. Out of the way: the limit of requests a minute, and the snapshot every 50,000 records, whose cost is
 * that of the state and not of a quote. The engine's own copy of its state, every 20,000 inputs, is not turned off: whoever asks for more
 * than that meets it.
 */
import { generateKeyPairSync } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createApi, listen } from '#api/create-api.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { AccountId } from '#domain/order.ts'
import { epochOf } from '#engine/session.ts'
import type { Offer } from '#engine/driver.ts'
import type { CommandDesk } from '#runtime/command-desk.ts'
import { manualClock } from '#runtime/clocks.ts'
import { resolveConfig } from '#runtime/config.ts'
import { openEngineSession } from '#runtime/engine-session.ts'
import { hostEngine } from '#runtime/engine-host.ts'
import type { EngineHost } from '#runtime/engine-host.ts'
import { sessionStarted } from '#runtime/session-start.ts'
import { refreshListing } from '#sim/market/listing.ts'
import { allOptionQuotes } from '#sim/market/options.ts'
import type { ListedOption, OptionQuote } from '#sim/market/options.ts'
import { createMarket } from '#sim/market/state.ts'
import { sealKey } from '#store/seal-key.ts'
import { usdc } from '#units/money.ts'
import { price, priceFromFloat } from '#units/price.ts'
import { btc } from '#units/quantity.ts'
import { epochMs, MINUTE_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'

export interface QuoteHost {
  readonly port: number
  readonly desk: CommandDesk
  readonly listed: number
  /** A minute of market time: its timers run, and the market is quoted anew. */
  passMinute(): void
  close(): Promise<void>
}

const AT = epochMs(1_769_644_800_000) // 2026-01-29T00:00Z
const VENUE = 'deribit'
const ACCOUNT = 'demo' as AccountId
const INDEX = 88_000
const LISTED = 800
const NEVER = 1_000_000_000
/** Where the price has been, in USDC: each move lists strikes around it. */
const MOVES = [92_000, 84_000, 96_000, 80_000, 100_000, 76_000, 104_000]

export async function startQuoteHost(folder: string): Promise<QuoteHost> {
  const config = resolveConfig([{ source: 'bench', values: { dataFolder: folder, journal: { snapshotEveryRecords: NEVER } } }])
  const digests = { codeDigest: 'bench', configDigest: config.digest, node: process.version, architecture: process.arch }
  const key = sealKey(generateKeyPairSync('ed25519').privateKey)
  const journal = { folder: join(folder, 'engine'), checkpointFolder: join(folder, 'checkpoints'), key }
  const clock = manualClock(AT)
  const session = await openEngineSession({ journal, components: config.components, digests })
  const host = hostEngine({
    session,
    config,
    clock: { ...clock, speed: 1, wallMsUntil: () => 0 },
    effects: { perform: () => undefined },
    info: { version: 'bench', mode: 'sim', scenario: 'calm', seed: '7', speed: 1, codeDigest: 'bench', defaultAccount: ACCOUNT },
    folder: journal.folder,
    quoteKey: key,
    log: () => undefined,
    onFatal: (reason) => {
      throw new Error(reason)
    },
  })
  host.driver.open(sessionStarted({ mode: 'sim', config, digests, epoch: epochOf(AT / 1_000, 7, ''), startedAt: AT }))
  const listed = openMarket(host)
  const passMinute = (): void => {
    clock.set(epochMs(clock.now() + MINUTE_MS))
    host.driver.advance()
    const at = clock.now()
    tellMarket(host, at)
    // a dollar comes in, on which the account is valued anew
    const deposit = { venue: VENUE, account: ACCOUNT, currency: 'USDC', amount: usdc('1'), reason: 'deposit', venueAt: at } as const
    host.driver.offer({ topic: 'venue_transfers', key: ACCOUNT, source: 'bench', body: { ...deposit, transferId: `t${at}` } })
  }
  const platform = host.platform(() => Promise.resolve())
  await statePosition(platform.desk)
  const log = createWriteStream(join(folder, 'api.log'))
  const api = await createApi(platform, { views: host.views, log, limits: { requestsPerMinute: Number.MAX_SAFE_INTEGER } })
  const { port } = await listen(api, { host: '127.0.0.1', port: 0 })
  const close = async (): Promise<void> => {
    await api.close()
    await host.close()
    log.end()
  }
  return { port, desk: platform.desk, listed, passMinute, close }
}

/** The position that is to be protected, as its holder states it, opened at today's index. */
async function statePosition(desk: CommandDesk): Promise<void> {
  const position = { id: 'p1', asset: 'BTC', side: 'long', size: '1', entryPrice: String(INDEX), leverage: 5 }
  const params = { positions: [position], source: 'bench' }
  const { answer } = await desk.submit({
    account: ACCOUNT,
    route: 'POST /portfolio/ingest',
    key: undefined,
    type: 'ingest_portfolio',
    params,
  })
  if (!JSON.stringify(answer).startsWith('{"status":"ok"')) throw new Error(`a position was answered with ${JSON.stringify(answer)}`)
}

/** Link, prices, an account of 20,000 USDC, the chain: what a quote needs. */
function openMarket(host: EngineHost): number {
  const body = { venue: VENUE, state: 'up', clockOffsetMs: 0 } as const
  host.driver.offer({ topic: 'venue_links', key: VENUE, source: 'bench', body })
  const listed = tellMarket(host, AT)
  const balances = [{ currency: 'USDC' as const, amount: usdc('20000') }]
  const statement = { venue: VENUE, account: ACCOUNT, statementId: 's1', balances, positions: [], openOrders: [], venueAt: AT }
  host.driver.offer({ topic: 'account_raw', key: ACCOUNT, source: 'bench', body: statement })
  return listed
}

/** The index and every option, as of `at`; gives how many options there are. */
function tellMarket({ driver }: EngineHost, at: EpochMs): number {
  const chain = chainOfMarket()
  offerIndex(driver, at)
  for (const [option, quote] of chain)
    driver.offer({ topic: 'raw_option_quotes', key: option.name, source: 'bench', body: { ...rawQuote(option, quote), venueAt: at } })
  offerIndex(driver, at)
  return chain.length
}

function offerIndex(driver: EngineHost['driver'], at: EpochMs): void {
  const body = { venue: VENUE, asset: 'BTC' as const, price: price<'BTC', 'USDC'>(String(INDEX)), venueAt: at }
  driver.offer({ topic: 'raw_index', key: 'BTC', source: 'bench', body })
}

function chainOfMarket(): readonly (readonly [ListedOption, OptionQuote])[] {
  const market = createMarket({ seed: 7, scenario: 'calm', startAt: AT, startPrice: INDEX })
  for (const to of MOVES) {
    market.logPrice = Math.log(to)
    refreshListing(market)
  }
  market.logPrice = Math.log(INDEX)
  return allOptionQuotes(market).slice(0, LISTED)
}

function rawQuote({ name }: ListedOption, quote: OptionQuote): Extract<Offer, { topic: 'raw_option_quotes' }>['body'] {
  const { bidCoin, askCoin, bidSize, askSize, markCoin, markIv, delta, underlyingPrice } = quote
  return {
    venue: VENUE,
    instrument: name as InstrumentId,
    bid: bidCoin === null ? undefined : priceFromFloat(bidCoin, 4),
    ask: askCoin === null ? undefined : priceFromFloat(askCoin, 4),
    bidSize: btc(bidSize.toFixed(1)),
    askSize: btc(askSize.toFixed(1)),
    mark: markCoin > 0 ? priceFromFloat(markCoin, 8) : undefined,
    markIv,
    delta,
    underlyingPrice: priceFromFloat(underlyingPrice, 2),
    venueAt: AT,
    sizeBasis: 'quoted',
  }
}
