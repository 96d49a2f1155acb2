/**
 * Funding is not in the floor (docs/decisions/0011-exit-costs-in-the-floor.md): nobody knows it before it is paid. What has been paid since a
 * cover became active is known, and
 *   floor equity now = floor equity - funding paid since activation
 * Once that is under the account's limit, by a cent or more, the record says so, at most once a day and only when more was paid than last
 * told. Funding received raises it. Units: USDC; the ledger's funding is the account's, negative when paid.
 */
import { ONE } from '#units/exact.ts'
import { Money, parseMoney } from '#units/money.ts'
import { DAY_MS } from '#units/time.ts'
import type { EpochMs } from '#units/time.ts'
import type { Coverage, ProtectionDecision } from '#topics/protection.ts'
import { standingCovers } from './coverage-state.ts'
import type { CoverageState } from './coverage-state.ts'
import { because, decided } from './decisions.ts'
import type { Now, Out } from './decisions.ts'

const CENT = new Money<'USDC'>(ONE / 100n)

/** Negative where funding was received; undefined where the ledger has not told it. */
export function fundingPaid(state: CoverageState, { account, fundingAtActivation }: Coverage): Money<'USDC'> | undefined {
  const now = state.funding.get(account)
  return now === undefined || fundingAtActivation === undefined ? undefined : fundingAtActivation.minus(now)
}

/** What the account is sure to keep at settlement, after the funding paid until now. */
export function floorEquityNow(state: CoverageState, cover: Coverage): Money<'USDC'> {
  const paid = fundingPaid(state, cover)
  return paid === undefined ? cover.floorEquity : cover.floorEquity.minus(paid)
}

export function checkErosion(state: CoverageState, { at, seq }: Now): readonly Out[] {
  const out: Out[] = []
  for (const cover of standingCovers(state)) {
    const { account, coverageId, floorEquity, drawdownLimit } = cover
    const paid = cover.state === 'active' && cover.roll === undefined ? fundingPaid(state, cover) : undefined
    if (paid === undefined || paid.isBelow(CENT) || !isNews(state, cover, paid, at)) continue
    const left = floorEquity.minus(paid)
    if (drawdownLimit.minus(left).isBelow(CENT)) continue
    const detail = { fundingPaid: paid.toString(), floorEquity: floorEquity.toString(), floorEquityNow: left.toString() }
    const why = because(seq, { code: 'floor_eroded', field: 'floorEquityNow', seen: left.toString(), limit: drawdownLimit.toString() })
    out.push(decided('floor_eroded', { account, coverageId, detail }, why))
  }
  return out
}

function isNews(state: CoverageState, { coverageId }: Coverage, paid: Money<'USDC'>, at: EpochMs): boolean {
  const told = state.eroded.get(coverageId)
  return told === undefined || (told.day < Math.floor(at / DAY_MS) && told.paid.isBelow(paid))
}

export function keepErosion(state: CoverageState, { kind, coverageId, detail }: ProtectionDecision, at: EpochMs): void {
  const paid = kind === 'floor_eroded' ? parseMoney<'USDC'>(detail['fundingPaid'] ?? '') : undefined
  if (paid !== undefined && coverageId !== undefined) state.eroded.set(coverageId, { day: Math.floor(at / DAY_MS), paid })
}
