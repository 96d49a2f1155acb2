/**
 * The journal verified while it grows (UI-02, PE-01): `POST /api/audit/verify` begins, `GET` says how far it is and what came out, in the words of
 * `ballast verify`. One at a time, in a thread of its own; a second call while one runs is that one. It reads only.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { VerificationState } from '#runtime/verification.ts'
import { FINDING_MEANINGS, provenBy } from '#store/verify-report.ts'
import type { VerifyReport } from '#store/verify.ts'
import { epochMs } from '#units/time.ts'
import { operatorScope } from '../caller.ts'
import { failureSchema } from '../contract.ts'
import { verifyAnswer } from '../contract-decisions.ts'
import type { VerifyAnswer } from '../contract-decisions.ts'
import type { Context } from '../context.ts'
import { fromRecords } from '../records.ts'
import type { Api } from '../type-provider.ts'

const ANSWERS = { 200: verifyAnswer, 202: verifyAnswer, '4xx': failureSchema, 503: failureSchema }
const BEGIN = {
  tags: ['audit'],
  description:
    'Checks chain and signed checkpoints of the running journal, from the oldest record kept. Changes nothing; ask with GET how far it is.',
  response: ANSWERS,
}
const LOOK = { tags: ['audit'], description: 'How far the verification is, or what the last one found.', response: ANSWERS }
const LIMITED = { rateLimit: { max: 10, timeWindow: 60_000 } }

export function verificationRoutes(app: Api, context: Context): void {
  app.post('/api/audit/verify', { schema: BEGIN, config: LIMITED }, async (request, reply) => {
    operatorScope(context, request)
    const state = await fromRecords(context, ({ verification }) => verification.begin())
    return reply.code(202).send(answerOf(context, state))
  })
  app.get('/api/audit/verify', { schema: LOOK }, async (request) => {
    operatorScope(context, request)
    return answerOf(context, await fromRecords(context, ({ verification }) => verification.state))
  })
}

function answerOf({ platform }: Context, state: VerificationState): VerifyAnswer {
  const progress = state.state === 'running' ? state.progress : undefined
  return {
    status: 'ok',
    state: state.state,
    startedAtIso: 'startedAt' in state ? iso(state.startedAt) : null,
    endedAtIso: 'endedAt' in state ? iso(state.endedAt) : null,
    progress:
      progress === undefined
        ? null
        : { records: progress.records, seq: progress.seq, share: Math.min(1, progress.bytes / Math.max(1, progress.bytesInAll)) },
    why: state.state === 'failed' ? state.why : null,
    report: state.state === 'done' ? reportShown(state.report) : null,
    asOfSeq: platform.driver.durableSeq,
  }
}

function reportShown(report: VerifyReport): NonNullable<VerifyAnswer['report']> {
  const { ok, journalId, publicKey, after, vouched, trustEnds, signed, unsigned, findings } = report
  return {
    ok,
    journalId: journalId ?? null,
    publicKey: publicKey ?? null,
    after,
    vouched,
    trustEnds:
      trustEnds === undefined ? null : { segment: trustEnds.segment, byte: trustEnds.at, batchNo: trustEnds.batchNo, seq: trustEnds.seq },
    signed: signed ?? null,
    unsigned,
    proves: provenBy(report),
    // where a finding stands may name a file of this machine: the console says which, not in which folder
    findings: findings.map(({ code, where, detail }) => ({
      code,
      meaning: FINDING_MEANINGS[code],
      where: where.replace(/^.*\//, ''),
      detail,
    })),
  }
}

function iso(at: number): string {
  return isoFromEpochMs(epochMs(at))
}
