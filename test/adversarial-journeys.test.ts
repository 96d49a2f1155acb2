/**
 * Journeys nobody would plan (`adversarial-world.fixture.ts`) through the whole pipeline and the recorded venue. After every hour: books balance,
 * protection's result adds up, what the hedge book holds is somebody's cover or hedge, no certificate has anything unexplained, breaks its
 * floor or forgives what is no term of it, deliveries agree with the contract, and each command ended once. The same journey with a snapshot taken and restored on the way
 * gives the same journal, byte for byte.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyEvent } from '#engine/component.ts'
import type { AccountId } from '#domain/order.ts'
import { hedgeLoop } from '#stages/hedging/loop.ts'
import { books } from '#stages/ledger/books.ts'
import { trialBalance } from '#stages/ledger/chart.ts'
import { pnlView } from '#stages/ledger/pnl-view.ts'
import { protectionPnl } from '#stages/ledger/protection-pnl.ts'
import { coverage } from '#stages/protection/coverage.ts'
import { legOf } from '#topics/coverage-legs.ts'
import type { CoverageCertificate } from '#topics/proof.ts'
import type { Coverage } from '#topics/protection.ts'
import { CLIENTS, Journey } from './adversarial-world.fixture.ts'

const HOURS = 4 * 24
const ROUNDING = 10n ** 13n
/** What a certificate forgives, as the cover's `floorExcludes` names it. */
const TERMS = {
  basis: 'basis',
  funding: 'funding',
  transfers: 'transfers',
  trading: 'trading',
  otherCovers: 'other_covers',
  stated: 'stated_positions',
} as const

class Watched {
  readonly journey: Journey
  readonly covers = new Map<string, Coverage>()
  readonly ends = new Map<string, number>()
  readonly seen = { certificates: 0, payouts: 0, failed: 0, active: 0, halves: 0, shared: 0 }

  constructor(seed: number) {
    this.journey = new Journey(seed, (event) => this.#take(event))
  }

  #take({ topic, body }: AnyEvent): void {
    if (topic === 'coverages') {
      this.covers.set(body.coverageId, body)
      if (body.state === 'failed') this.seen.failed += 1
      if (body.state === 'failed' && body.legs !== undefined && body.filled.isPositive()) this.seen.halves += 1
      if (body.state !== 'active') return
      this.seen.active += 1
      assert.ok(
        body.filled.compare(body.size) >= 0 || body.alarm !== undefined,
        `${body.coverageId} is active without its hedge or an alarm`,
      )
    } else if (topic === 'coverage_certificates') {
      const { unexplained, holds } = body.result.settlement
      const rest = unexplained.units < 0n ? -unexplained.units : unexplained.units
      assert.ok(rest <= ROUNDING && holds, `${body.coverageId}: ${unexplained.toString()} unexplained, holds is ${holds}`)
      this.#checkTerms(body)
      this.seen.certificates += 1
    } else if (topic === 'payout_checks') {
      assert.deepEqual([body.state, body.differences], ['agrees', []])
      this.seen.payouts += 1
    } else if (topic === 'reconciliations') assert.deepEqual(body.differences, [])
    else if (topic === 'command_results' && body.final) this.ends.set(body.commandId, (this.ends.get(body.commandId) ?? 0) + 1)
  }

  #checkTerms(certificate: CoverageCertificate): void {
    const { coverageId, result } = certificate
    const { floorExcludes = [] } = this.covers.get(coverageId) ?? {}
    for (const { name } of result.settlement.excluded)
      assert.ok(floorExcludes.includes(TERMS[name]), `${coverageId}: ${name} is forgiven and no term of the floor`)
    this.#checkAccount(certificate)
  }

  /** Other covers, a bare part or stated positions: then what the whole account keeps is told beside the floor, and is no more than it is. */
  #checkAccount({ coverageId, inputs, result }: CoverageCertificate): void {
    const { account, settlement, uncovered } = result
    const isMore = (inputs.beside?.length ?? 0) > 0 || inputs.stated !== undefined || uncovered.isPositive()
    assert.equal(account !== undefined, isMore, coverageId)
    if (account === undefined) return
    this.seen.shared += 1
    assert.ok(account.worst.equity.isAtLeast(settlement.floorEquity.minus(account.belowFloor)), coverageId)
  }

  hour(): void {
    this.journey.hour((client) => this.covers.values().find(({ account, state }) => account === client && state === 'active'))
    for (const client of CLIENTS) this.#checkBooks(client as AccountId)
    this.#checkHedges()
  }

  #checkBooks(client: AccountId): void {
    const { engine, now } = this.journey.host
    const ledger = engine.stateOf(books)
    const own = ledger.accounts.get(client)
    if (own === undefined) return
    for (const currency of ['USDC', 'BTC'] as const) assert.equal(trialBalance(own.balances, currency), 0n)
    const view = pnlView({ projected: engine.stateOf(protectionPnl), books: ledger, config: engine.configOf(books) }, client, now)
    assert.deepEqual([view?.residual.toString() ?? '0', view?.bridge.residual.toString() ?? '0'], ['0', '0'])
  }

  /** Every option in a hedge book belongs to a cover that stands, is being bought or is to be sold, or to the loop. */
  #checkHedges(): void {
    const { engine } = this.journey.host
    const loop = engine.stateOf(hedgeLoop)
    for (const [key, { units: held }] of engine.stateOf(coverage).hedges) {
      const [account = '', instrument = ''] = key.split(':')
      let claimed = loop.accounts.get(account as AccountId)?.own.get(instrument as never) ?? 0n
      for (const cover of this.covers.values()) {
        const isLive = cover.state === 'active' || cover.state === 'settling' || cover.state === 'pending' || cover.alarm !== undefined
        const leg = legOf(cover, instrument as never)
        if (isLive && cover.account === account && leg !== undefined) claimed += leg.filled.units
      }
      assert.ok(held <= claimed, `${key}: ${held} held and ${claimed} claimed`)
    }
  }
}

test('[P-11] [P-12] [P-13] [P-14] [H-01] [H-02] [F-O14] [F-O15] whatever clients ask for, the books, the covers and their proofs stay true', () => {
  const total = { certificates: 0, payouts: 0, failed: 0, active: 0, halves: 0, shared: 0 }
  for (const seed of [1, 2, 3]) {
    const watched = new Watched(seed)
    for (let hour = 0; hour < HOURS; hour++) watched.hour()
    const { sent } = watched.journey
    assert.deepEqual(
      [...sent].filter((id) => watched.ends.get(id) !== 1),
      [],
      `seed ${seed}: each command ends once`,
    )
    for (const what of ['certificates', 'payouts', 'failed', 'active', 'halves', 'shared'] as const) total[what] += watched.seen[what]
  }
  // orders wait an hour for the market here: a pair is bought by halves, and the half is sold again
  assert.ok(total.halves > 0, JSON.stringify(total))
  assert.ok(
    total.active > 20 && total.payouts > 3 && total.failed > 3 && total.certificates > 20 && total.shared > 5,
    JSON.stringify(total),
  )
})

test('[P-11] [P-13] such a journey replays to the same journal, also from snapshots on the way', () => {
  const [plain, restored] = [new Watched(4), new Watched(4)]
  for (let hour = 0; hour < HOURS; hour++) {
    plain.hour()
    restored.hour()
    const { engine } = restored.journey.host
    if (hour % 7 === 0) engine.restore(engine.snapshot())
  }
  assert.ok(plain.seen.active > 0)
  assert.equal(restored.journey.host.journalHash(), plain.journey.host.journalHash())
  assert.equal(restored.journey.host.engine.stateText(), plain.journey.host.engine.stateText())
})
