/** Payloads of what the hedging loop did, left undone and evaluated (OP-01): sizes in the instrument's unit, amounts in USDC, as decimal strings. */
import { explanationJson } from '#domain/explanation.ts'
import type { HedgeDecision, HedgeEvaluation, HedgeOrder } from '#topics/hedging.ts'
import type { Payload } from './audit-payloads.ts'

export function hedgeActionPayload(decision: HedgeDecision, { instrument, side, size }: HedgeOrder): Payload {
  const { action, reason, account, decisionId, buffer, target, explanation } = decision
  return {
    action: action === 'none' ? (side === 'buy' ? 'increase' : 'decrease') : action,
    reason,
    accountId: account,
    coverageId: null,
    instrument,
    side,
    size: size.toString(),
    decisionId,
    bufferUsdc: buffer?.toString() ?? null,
    targetUsdc: target?.toString() ?? null,
    explanation: explanationJson(explanation),
  }
}

export function hedgeSkipPayload(
  { account, decisionId, reason, instrument, buffer, target, explanation }: HedgeDecision,
  skipped: string,
): Payload {
  return {
    accountId: account,
    decisionId,
    skipped,
    reason,
    instrument,
    bufferUsdc: buffer?.toString() ?? null,
    targetUsdc: target?.toString() ?? null,
    explanation: explanationJson(explanation),
  }
}

export function evaluationPayload(evaluation: HedgeEvaluation): Payload {
  const { account, decisionId, mode, selected, done, code, buffer, target, mark, explanation } = evaluation
  const { improvementUsdc, improvementRatio, hedgeNeeded, hedgeHeld, hedgeSelected, score } = evaluation
  return {
    accountId: account,
    decisionId,
    mode,
    selected,
    done,
    code,
    bufferUsdc: buffer.toString(),
    targetUsdc: target.toString(),
    improvementUsdc: improvementUsdc.toString(),
    improvementRatio: improvementRatio?.toString() ?? null,
    hedgeNeeded: hedgeNeeded.toString(),
    hedgeHeld: hedgeHeld.toString(),
    hedgeSelected: hedgeSelected.toString(),
    mark: mark.toString(),
    score: {
      evaluations: score.evaluations,
      since: score.since,
      liveResultUsdc: score.liveResultUsdc.toString(),
      selectedResultUsdc: score.selectedResultUsdc.toString(),
      advantageUsdc: score.advantageUsdc.toString(),
      liveTurnover: score.liveTurnover.toString(),
      selectedTurnover: score.selectedTurnover.toString(),
      differing: score.differing,
    },
    explanation: explanationJson(explanation),
  }
}
