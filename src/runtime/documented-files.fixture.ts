/** A journal, a driver and a component that says what a test tells it to: what the documented files are made from, without the platform. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { z } from 'zod'
import { component } from '#engine/component.ts'
import type { Emission } from '#engine/component.ts'
import { Driver } from '#engine/driver.ts'
import { Engine } from '#engine/engine.ts'
import { Replayer } from '#engine/replay.ts'
import { timers } from '#engine/timers.ts'
import type { AccountId } from '#domain/order.ts'
import { openJournal } from '#store/journal.ts'
import type { Journal } from '#store/journal.ts'
import { sealKey } from '#store/seal-key.ts'
import type { SealKey } from '#store/seal-key.ts'
import { coverage } from '#topics/protection.ts'
import { tradeConfirmation } from '#topics/orders.ts'
import { venueSettlement } from '#topics/account.ts'
import type { VenueSettlement } from '#topics/account.ts'
import type { Json } from '#topics/schema.ts'
import { epochMs } from '#units/time.ts'
import { manualClock } from './clocks.ts'
import { openDocumentedFiles } from './documented-files.ts'
import type { DocumentedFiles } from './documented-files.ts'

const START = epochMs(1_767_225_600_000)
type Said = Emission<'coverages' | 'trade_confirmations' | 'audit_events'>
const BODIES = { coverages: coverage, trade_confirmations: tradeConfirmation } as const

/** A command carries what is to be said as JSON, so that a replay says it again. */
const speaker = component({
  name: 'test/speaker',
  version: 1,
  consumes: ['commands'],
  produces: ['coverages', 'trade_confirmations', 'audit_events', 'command_results'],
  config: z.strictObject({}).prefault({}),
  initial: () => ({}),
  step: (state, { body: { params } }) => ({
    state,
    emit: (params as readonly { readonly topic: string; readonly body: Json }[]).map(({ topic, body }) => {
      const schema = topic === 'audit_events' ? undefined : BODIES[topic as keyof typeof BODIES]
      return { topic, key: 'demo', body: schema === undefined ? body : schema.parse(body) } as Said
    }),
  }),
})

export interface Clerk {
  readonly t: TestContext
  readonly root: string
  readonly journalFolder: string
  readonly logs: string
  readonly journalId: string
  readonly key: SealKey
  readonly files: DocumentedFiles
  readonly said: string[]
  lastSeq(): number
  say(...what: readonly Json[]): void
  audit(event: string, view: 'exec' | 'internal', payload: Json, account?: string): void
  settle(body: VenueSettlement): void
  payloads(): unknown[]
  payloadsIn(log: string): unknown[]
  recordHash(seq: number): string
  written(): Promise<void>
  stop(): Promise<void>
  journalOnly(): Promise<void>
}

export function clerk(t: TestContext): Promise<Clerk> {
  const root = mkdtempSync(join(tmpdir(), 'ballast-files-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  return openClerk({ t, root, key: sealKey(generateKeyPairSync('ed25519').privateKey) })
}

/** Opens the journal again as a start does: recovery first, then the files. */
export async function openClerk({
  t,
  root,
  key,
}: {
  readonly t: TestContext
  readonly root: string
  readonly key: SealKey
}): Promise<Clerk> {
  const [journalFolder, logs] = [join(root, 'journal'), join(root, 'logs')]
  const journal = await openJournal({ folder: journalFolder, checkpointFolder: join(root, 'checkpoints'), key })
  t.after(() => journal.close())
  const engine = new Engine({ pipeline: [timers, speaker], config: { [timers.name]: {}, [speaker.name]: {} } })
  const replayer = new Replayer({ engine, mode: 'derive' })
  for (const batch of journal.readBatches(1)) for (const record of batch) replayer.feed(record)
  for (const record of replayer.unwritten()) journal.append(record)
  const driver: Driver = new Driver({
    engine,
    clock: manualClock(START),
    journal,
    effects: { perform: () => {} },
    onStep: (report, texts) => files.observe(report, texts),
  })
  journal.onDurable((seq) => driver.durable(Math.min(seq, engine.seq)))
  const said: string[] = []
  const files = openDocumentedFiles({ folder: logs, driver, journal, log: (line) => void said.push(line) })
  return { t, root, journalFolder, logs, key, files, said, ...desk(driver, journal, files) }
}

function desk(driver: Driver, journal: Journal, files: DocumentedFiles) {
  const body = { account: 'demo' as AccountId, route: 'test', key: '', bodyHash: '', type: 'say' }
  const say = (...what: readonly Json[]): void => {
    driver.offer({ topic: 'commands', key: 'demo', source: 'test', body: { ...body, commandId: 'c' as never, params: what } })
  }
  const iOf = ({ payload }: { readonly payload: unknown }): unknown => (payload as { readonly i?: unknown } | null)?.i
  return {
    journalId: journal.opened.journalId,
    lastSeq: () => journal.durableSeq,
    say,
    audit: (event: string, view: 'exec' | 'internal', payload: Json, account?: string) =>
      say({ topic: 'audit_events', body: account === undefined ? { event, view, payload } : { event, view, account, payload } }),
    settle: (settlement: VenueSettlement) => driver.offer({ topic: 'venue_settlements', key: 'demo', source: 'test', body: settlement }),
    payloads: () => files.entries({ limit: 1000, includeInternal: true }).map(iOf),
    payloadsIn: (log: string) =>
      log
        .trimEnd()
        .split('\n')
        .map((line) => iOf(JSON.parse(line) as { payload: unknown })),
    recordHash(seq: number) {
      for (const batch of journal.readBatches(seq))
        return createHash('sha256')
          .update(batch[0]?.text ?? '')
          .digest('hex')
      return ''
    },
    async written() {
      await journal.flush()
      files.flush()
    },
    async stop() {
      await files.close()
      await journal.close()
    },
    journalOnly: () => journal.close(),
  }
}

export function confirmed(book: 'client' | 'hedge', side: 'buy' | 'sell', quantity: string, price: string, notionalUsdc?: string): Json {
  const isOption = book === 'hedge'
  return {
    topic: 'trade_confirmations',
    body: {
      orderId: 'o',
      intentId: 'i',
      account: 'demo',
      book,
      purpose: isOption ? 'cover' : 'open_position',
      instrument: isOption ? 'BTC-8JAN26-80000-P' : 'BTC_USDC-PERPETUAL',
      side,
      state: 'filled',
      quantity,
      filled: quantity,
      notional: price,
      ...(notionalUsdc === undefined ? {} : { notionalUsdc }),
      fees: [],
    },
  }
}

export function cover(coverageId: string, state: 'active' | 'expired'): Json {
  const terms = {
    account: 'demo',
    asset: 'BTC',
    side: 'long',
    tierName: 'Bronze',
    leverage: 5,
    size: '1',
    drawdownFloor: '0.1',
    tenorDays: 7,
    renewal: 'none',
  }
  return {
    topic: 'coverages',
    body: {
      coverageId,
      account: 'demo',
      state,
      quoteId: 'q',
      terms,
      venue: 'sim',
      instrument: 'BTC-8JAN26-80000-P',
      optionType: 'put',
      strike: '80000',
      expiry: Date.UTC(2026, 0, 8, 8),
      size: '1',
      filled: '1',
      index: '90000',
      premiumCoin: '0.005',
      premium: '450',
      fee: '0',
      floorPrice: '81000',
      floorEquity: '10550',
      drawdownLimit: '10550',
      equityBefore: '20000',
    },
  }
}

export function settled(quantity: string, payout: string, settlementIndex: string): VenueSettlement {
  const fixed = {
    venue: 'sim',
    account: 'demo',
    settlementId: 's',
    instrument: 'BTC-8JAN26-80000-P',
    fee: '0',
    currency: 'BTC',
    basis: 'venue',
  }
  return venueSettlement.parse({ ...fixed, quantity, payout, settlementIndex, venueAt: START })
}
