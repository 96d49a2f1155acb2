/**
 * What must hold of covers whatever has happened (cover-storm.fixture.ts): what the account holds belongs to a cover that stands, is being bought or is to be
 * sold; no cover is active without its hedge or an alarm; a charge is the sum of its lines, and what the platform and the client owe each other is
 * what is left of it after what was paid at the venue; what follows from having no cover is said once; and every cover comes to an end.
 */
import assert from 'node:assert/strict'
import type { InstrumentId } from '#domain/instrument.ts'
import type { OrderIntent } from '#domain/order.ts'
import { formatUnits } from '#units/exact.ts'
import { Money, sum, zero } from '#units/money.ts'
import { legOf, legsOf } from '#topics/coverage-legs.ts'
import type { Coverage } from '#topics/protection.ts'
import { expiryOf } from './storm-venue.fixture.ts'
import type { Order, StormVenue } from './storm-venue.fixture.ts'
import { awaitsBuyer } from './unwind-state.ts'

export interface Story {
  readonly venue: StormVenue
  readonly covers: ReadonlyMap<string, Coverage>
  readonly decisions: readonly { readonly kind: string; readonly coverageId: string | undefined }[]
  /** Final answers by command. */
  readonly finals: ReadonlyMap<string, number>
  readonly asked: readonly string[]
  readonly unwinds: number
  /** There is still something to protect. */
  readonly hasPosition: boolean
}

/** After every act. */
export function checkLaws(story: Story): void {
  for (const [instrument, { quantity }] of story.venue.hedges) checkOwners(story, instrument, quantity)
  const isExact = story.venue.index === '88000' && !story.venue.isLiquidated // one index, and nothing taken by the venue
  for (const cover of story.covers.values()) {
    checkCover(cover)
    if (isExact) checkMoney(story, cover)
  }
  for (const id of story.asked) assert.ok((story.finals.get(id) ?? 0) <= 1, `${id} is answered twice`)
  const said = story.decisions.filter(({ kind }) => kind === 'position_closing' || kind === 'cover_settling')
  const keys = said.map(({ kind, coverageId }) => `${kind} ${coverageId ?? ''}`)
  assert.deepEqual([...new Set(keys)], keys, 'what follows from the end of a cover is said once')
}

function checkOwners({ venue, covers }: Story, instrument: string, held: bigint): void {
  const claimed = claimedOf(covers, instrument)
  const open = venue.open().filter(({ intent }) => intent.instrument === instrument)
  const untold = open.reduce((total, { intent, filled }) => total + (intent.side === 'buy' ? filled : 0n), 0n)
  assert.ok(held <= claimed + untold, `${instrument}: ${formatUnits(held)} held, ${formatUnits(claimed)} owned by covers`)
  // being bought, or being closed by its client: held against the books once that is over
  const isUnjudged = [...covers.values()].some(({ state }) => state === 'pending' || state === 'settling')
  // what is missing may be told as a late fill of a sale; it is judged by the minute
  const mayBeLate = [...venue.orders.values()].some((order) => order.intent.instrument === instrument && isUnfilledSale(order))
  if (open.length > 0 || isUnjudged || mayBeLate || venue.at >= expiryOf(instrument)) return
  assert.equal(formatUnits(claimed), formatUnits(held), `${instrument}: covers own more than is held`)
}

function isUnfilledSale({ intent, ended, filled }: Order): boolean {
  return ended && intent.side === 'sell' && filled < intent.quantity.units
}

function claimedOf(covers: ReadonlyMap<string, Coverage>, instrument: string): bigint {
  let claimed = 0n
  for (const cover of covers.values()) {
    const leg = legOf(cover, instrument as InstrumentId)
    const owns = cover.state === 'pending' || cover.state === 'active' || cover.state === 'settling' || awaitsBuyer(cover)
    if (owns && leg !== undefined && leg.payout === undefined) claimed += leg.filled.units
  }
  return claimed
}

function checkCover(cover: Coverage): void {
  const { state, alarm, charge, coverageId } = cover
  if (charge !== undefined) {
    assert.equal(charge.charged.toString(), sum(charge.lines.map(({ usdc }) => usdc)).toString(), `${coverageId}: lines and charge`)
    assert.ok(!charge.subsidy.isNegative(), `${coverageId}: a subsidy under nothing`)
  }
  for (const { filled, payout } of legsOf(cover)) assert.ok(!filled.isNegative() && payout?.isNegative() !== true)
  if (state !== 'active') return
  assert.ok(cover.filled.isPositive(), `active with nothing: ${shown(cover)}`)
  if (alarm === 'hedge_missing' || alarm === 'being_sold') return
  for (const { filled, size } of legsOf(cover)) assert.ok(filled.compare(size) >= 0, `active without its hedge: ${shown(cover)}`)
}

/** Of an order when it is made: its id is new, it is for something its cover has, and no other sells the same cover. */
export function checkIntent({ venue, covers }: Pick<Story, 'venue' | 'covers'>, intent: OrderIntent): void {
  const { intentId, coverageId, purpose, quantity } = intent
  assert.ok(!venue.orders.has(intentId), `the id ${intentId} is used twice`)
  assert.ok(quantity.isPositive(), `${intentId} is for nothing`)
  if (purpose !== 'unwind_cover') return
  const cover = covers.get(coverageId ?? '')
  const held = cover === undefined ? 0n : (legOf(cover, intent.instrument)?.filled.units ?? 0n)
  assert.ok(quantity.units <= held, `${intentId} sells more than its cover has`)
  const others = venue.open().filter((order) => order.intent.coverageId === coverageId && order.intent.purpose === purpose)
  assert.equal(others.length, 0, `${intentId} beside another sale of its cover`)
}

/** After the story: nothing is left in the air. */
export function checkEnd(story: Story): void {
  checkLaws(story)
  assert.equal(story.unwinds, 0, 'sales that never end')
  for (const cover of story.covers.values()) {
    assert.ok(['expired', 'closed', 'failed'].includes(cover.state), `${cover.coverageId} is ${cover.state} for ever`)
    assert.ok(!awaitsBuyer(cover) && cover.alarm !== 'unwind_incomplete', `waits for ever: ${shown(cover)}`)
    if (!story.venue.isLiquidated) assert.notEqual(cover.alarm, 'payout_differs', shown(cover))
    checkConsequence(story, cover)
  }
  for (const id of story.asked) assert.equal(story.finals.get(id), 1, `${id} is answered`)
}

function checkConsequence({ covers, decisions, hasPosition }: Story, { coverageId: id, state }: Coverage): void {
  const isFollowed = [...covers.values()].some((next) => next.previousCoverageId === id && next.state !== 'failed')
  if (state !== 'expired' || isFollowed || !hasPosition) return
  const said = decisions.some(({ kind, coverageId }) => coverageId === id && (kind === 'position_closing' || kind === 'unprotected'))
  assert.ok(said, `${id} has expired, and nothing was said of the position`)
}

/** Charged less due is what was paid at the venue, less what the platform sold again. Of one option that failed nothing of the kind is told. */
function checkMoney({ venue }: Story, cover: Coverage): void {
  const { coverageId, charge, due = zero<'USDC'>(), legs, state } = cover
  const isTold = state === 'failed' ? legs !== undefined && cover.due !== undefined && !awaitsBuyer(cover) : state !== 'pending'
  const isUnderWay = venue.open().some(({ intent }) => intent.coverageId === coverageId)
  if (charge === undefined || !isTold || isUnderWay || venue.soldLate.has(coverageId)) return
  const paid = new Money<'USDC'>(venue.costs.get(coverageId) ?? 0n)
  assert.equal(charge.charged.minus(due).toFixed(6), paid.toFixed(6), `${coverageId}: charged less due is what was paid`)
}

export function shown(cover: Coverage): string {
  const legs = legsOf(cover).map(({ instrument, filled, size }) => `${instrument} ${filled.toString()}/${size.toString()}`)
  return `${cover.coverageId} ${cover.state} ${cover.alarm ?? '-'} [${legs.join(', ')}] floor ${cover.floorEquity.toString()}`
}
