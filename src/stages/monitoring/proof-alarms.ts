/**
 * What the ledger's proofs raise: a delivery that is not what the contract says, one told under a second id, a floor the books do not bear
 * out, an account that would be closed before its cover can pay. Each speaks of its own subject; those of a cover are cleared by its next certificate that holds, or by its
 * end. A delivery is judged once, so what was raised about one stands until somebody decides it: of one told under a second id the venue's
 * statement does, which says whether it was paid as well.
 */
import { floorRefused, isLiquidatable, marginRefused } from '#domain/certificate-failure.ts'
import { explain } from '#domain/explanation.ts'
import type { Explanation } from '#domain/explanation.ts'
import type { EventOf } from '#engine/component.ts'
import type { Alert } from '#topics/control.ts'

export interface ProofCondition {
  readonly name: 'payout_differs' | 'settlement_doubtful' | 'floor_not_certified' | 'cover_liquidatable'
  readonly subject: string
  readonly severity: Alert['severity']
  readonly holds: boolean
  readonly seen: string
  readonly limit: string
  readonly explanation?: Explanation
}

const SEVERITY = { floor_not_certified: 'critical', cover_liquidatable: 'high' } as const

export function payoutAlarm({ body }: EventOf<'payout_checks'>): ProofCondition {
  const [first] = body.differences
  return {
    name: 'payout_differs',
    subject: `${body.account}:${body.settlementId}`,
    severity: 'critical',
    holds: first !== undefined,
    seen: String(first?.seen ?? 'agrees'),
    limit: String(first?.limit ?? 'agrees'),
    ...(first === undefined ? {} : { explanation: first }),
  }
}

/** Raised while nobody knows whether a delivery told twice was paid twice; decided, nothing is left of what its judgement raised either. */
export function doubtAlarms({ body }: EventOf<'doubtful_settlements'>): readonly ProofCondition[] {
  const about = {
    subject: `${body.account}:${body.settlementId}`,
    severity: 'critical',
    holds: body.state === 'held',
    seen: body.state,
    limit: 'booked or dismissed by the venue’s statement',
    explanation: body.explanation,
  } as const
  const doubt = { ...about, name: 'settlement_doubtful' } as const
  return about.holds ? [doubt] : [doubt, { ...about, name: 'payout_differs' }]
}

export function certificateAlarms({
  seq,
  body: { coverageId, result, issuedFor },
}: EventOf<'coverage_certificates'>): readonly ProofCondition[] {
  const [floor, margin] = [floorRefused(result), marginRefused(result)]
  return [
    {
      name: 'floor_not_certified',
      subject: coverageId,
      severity: SEVERITY.floor_not_certified,
      holds: !result.settlement.holds,
      seen: String(floor.seen),
      limit: String(floor.limit),
      explanation: explain('ledger/certificate', seq, floor),
    },
    {
      name: 'cover_liquidatable',
      subject: coverageId,
      severity: SEVERITY.cover_liquidatable,
      holds: isLiquidatable(result, issuedFor),
      seen: String(margin.seen),
      limit: String(margin.limit),
      explanation: explain('ledger/certificate', seq, margin),
    },
  ]
}

/** A cover that is over cannot be told anything about any more. */
export function endedAlarms({ coverageId }: EventOf<'coverages'>['body']): readonly ProofCondition[] {
  return (['floor_not_certified', 'cover_liquidatable'] as const).map((name) => ({
    name,
    subject: coverageId,
    severity: SEVERITY[name],
    holds: false,
    seen: 'ended',
    limit: 'ended',
  }))
}
