/**
 * What a certificate that does not hold says is wrong, the floor before the margin: the books do not bear the stated floor out, or the account would be
 * closed before its cover pays. While a roll is on its way the old cover keeps the account alive, although no certificate counts it.
 */
import type { Refusal } from '#base/result.ts'
import type { CertificateResult } from './certificate-record.ts'

type Judged = Pick<CertificateResult, 'settlement' | 'path' | 'liquidation'>

export function floorRefused({ settlement: { worst, floorEquity } }: Judged): Refusal {
  return { code: 'floor_not_certified', field: 'floorEquity', seen: worst.equity.toString(), limit: floorEquity.toString() }
}

export function marginRefused({ path, liquidation }: Judged): Refusal {
  const at = liquidation.index ?? path.margin?.spotUsdc
  return { code: 'cover_liquidatable', field: 'liquidationIndex', seen: at?.toString() ?? 'none', limit: 'none that the floor speaks of' }
}

export function isLiquidatable({ path, liquidation }: Judged, issuedFor: string): boolean {
  return issuedFor !== 'roll_started' && !(path.survives && liquidation.index === undefined)
}

/** The first of both; undefined where the certificate holds. */
export function certificateFailure(result: Judged, issuedFor: string): Refusal | undefined {
  if (!result.settlement.holds) return floorRefused(result)
  return isLiquidatable(result, issuedFor) ? marginRefused(result) : undefined
}
