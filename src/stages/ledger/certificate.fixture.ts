/** An account of 20,000 USDC, long 1 BTC at 90,000, and the cover bought for it: a put at 81,000 for 0.01 coin. */
import { approve } from './books.fixture.ts'
import { books } from './books.ts'
import { certificate } from './certificate.ts'
import { DEMO, feedIndex, feedMark, feedOption, fill, harness, only, open, PERP, T0 } from './ledger.fixture.ts'
import type { Harness } from './ledger.fixture.ts'
import type { Component } from '#engine/component.ts'
import type { InstrumentId } from '#domain/instrument.ts'
import type { CommandId } from '#domain/order.ts'
import type { CoverageCertificate } from '#topics/proof.ts'
import type { Json } from '#topics/schema.ts'

export const PUT_81 = 'BTC-6FEB26-81000-P' as InstrumentId
export const EXPIRY = 1_770_364_800_000 // 2026-02-06T08:00Z

export function withPosition(more: readonly Component[] = [], side: 'buy' | 'sell' = 'buy', config: object = {}): Harness {
  const at = harness([books, certificate, ...more], { 'ledger/books': config })
  open(at, { USDC: '20000' })
  feedIndex(at, '90000')
  feedMark(at, PERP, '90000', { bid: '90000', ask: '90000' })
  approve(at, 'p1', 'client', PERP)
  fill(at, { side, quantity: '1', price: '90000', orderId: 'p1' })
  return at
}

/** As the protection stage writes it. Floor = 20,000 - 9,000 - 900 - 27 - exit 52.65 = 10,020.35. */
export const COVER = {
  coverageId: 'cover-1',
  account: DEMO,
  state: 'pending',
  quoteId: 'quote-1',
  terms: {
    account: DEMO,
    asset: 'BTC',
    side: 'long',
    tierName: 'Bronze',
    leverage: 5,
    size: '1',
    drawdownFloor: '0.1',
    tenorDays: 4,
    renewal: 'hold-limit',
  },
  venue: 'deribit',
  instrument: PUT_81,
  optionType: 'put',
  strike: '81000',
  expiry: EXPIRY,
  size: '1',
  filled: '0',
  index: '90000',
  premiumCoin: '0.01',
  premium: '900',
  fee: '27',
  floorPrice: '81000',
  floorEquity: '10020.35',
  exitCostMax: '52.65',
  drawdownLimit: '10020.35',
  equityBefore: '20000',
  decidedAt: T0,
}

/** Of the cover's order, as often as it is told. */
export function fillCover(at: Harness): void {
  const terms = { instrument: PUT_81, side: 'buy', quantity: '1', price: '0.01', index: '90000' } as const
  fill(at, { ...terms, fee: '0.0003', feeCurrency: 'BTC', orderId: 'c1' })
}

export function buy(at: Harness): void {
  approve(at, 'c1', 'hedge', PUT_81)
  fillCover(at)
  feedOption(at, PUT_81, { bid: '0.0095', mark: '0.01' })
}

export function activate(at: Harness, cover: object = {}): CoverageCertificate | undefined {
  const events = at.wire('coverages', { ...COVER, state: 'active', filled: '1', activatedAt: at.at, ...cover })
  return only(events, 'coverage_certificates')[0]
}

export function covered(more: readonly Component[] = []): { readonly at: Harness; readonly certificate: CoverageCertificate | undefined } {
  const at = withPosition(more)
  at.wire('coverages', COVER)
  buy(at)
  return { at, certificate: activate(at) }
}

/** A position as the answer to its statement has it, but for entry and size. */
export const STATED = { id: 'a', asset: 'BTC', side: 'long', leverage: '5', marginUsd: '1' }

export function states(at: Harness, positions: readonly Readonly<Record<string, Json>>[], id = `ingest-${positions.length}`): void {
  const commandId = id as CommandId
  at.feed('accepted_commands', { commandId, account: DEMO, route: 'test', key: id, bodyHash: '', type: 'ingest_portfolio', params: {} })
  const answer = { status: 'ok', positions: [...positions], source: 'test', updatedAt: '2026-02-02T00:00:00.000Z' }
  at.feed('command_results', { commandId, final: true, httpStatus: 200, answer })
}
