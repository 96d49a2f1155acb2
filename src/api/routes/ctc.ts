/** `POST /pricing/ctc` (P-08): the coverage-to-coverage safety fee with the lines that add up to it. It asks and changes nothing. */
import { z } from 'zod'
import { failureSchema } from '../contract.ts'
import { ctcAnswer, ctcRequest } from '../contract-quotes.ts'
import type { CtcAnswer } from '../contract-quotes.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import type { Refusal } from '#base/result.ts'
import { explain } from '#domain/explanation.ts'
import type { CtcView } from '#runtime/quote-views.ts'
import { ApiRefusal } from '../refusal.ts'
import type { Api } from '../type-provider.ts'
import { withoutAbsent } from './portfolio.ts'

const CTC = { tags: ['pricing'], body: ctcRequest, response: { 200: z.union([ctcAnswer, failureSchema]), '4xx': failureSchema } }

export function ctcRoutes(app: Api, context: Context): void {
  app.post('/pricing/ctc', { schema: CTC }, (request, reply) => {
    if (request.body.accountId !== undefined) knownAccount(context, request.body.accountId)
    return answerQuestion(context, reply, () => {
      const found = context.views.quoting.ctc(withoutAbsent(request.body))
      if (!found.ok) return refused(found.refusal)
      return shown(found.value)
    })
  })
}

function shown({ fee, lines, regime, ivAnnual, snapshotAgeMs, formula, basis }: CtcView): Omit<CtcAnswer, 'asOfSeq'> {
  const { index, strike, optionType, size, years, ivLeast, priceBuffer, markup, margin, opsBuffer } = basis
  return {
    status: 'ok',
    feeUsdc: fee.toFixed(2),
    reason: 'ctc_safety',
    lines: lines.map(({ name, usdc }) => ({ name, usdc: usdc.toString() })),
    ivRegime: regime,
    iv: ivAnnual,
    snapshotAgeMs,
    formula,
    inputs: {
      indexUsdc: index.toString(),
      strike,
      optionType,
      positionSize: size.toString(),
      years,
      iv: ivAnnual,
      ivLeast,
      priceBufferPct: priceBuffer.toString(),
      leverageMarkupPct: markup?.toString() ?? null,
      tierMarginPct: margin?.toString() ?? null,
      opsBufferUsdc: opsBuffer?.toString() ?? null,
    },
  }
}

/** A malformed request is the caller's error; everything else is the business saying no, in its own code. */
function refused(refusal: Refusal): object {
  if (refusal.code === 'invalid_payload') throw new ApiRefusal('invalid_payload', { gate: 'ctc', ...refusal })
  return { status: 'no_quote', reason: refusal.code, explanation: explain('ctc', 0, refusal) }
}
