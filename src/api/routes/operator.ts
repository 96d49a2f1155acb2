/**
 * What an operator tells the platform (administrators only): `halt` new risk, `clear-halt` what an operator or the runaway guard halted,
 * `clear-poison` the reduce-only that a failed input left, once somebody has looked at it. Ordinary commands: recorded with their reason,
 * answered once durable. They are taken while the journal is behind: who halts must not be turned away.
 */
import { z } from 'zod'
import { failureSchema, pendingSchema } from '../contract.ts'
import { checkAdmin } from '../access.ts'
import { answerCommand } from '../context.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'

/** Operators have no account; their keys are their own. */
const OPERATOR = 'operator'
const MODES = {
  halt: { type: 'halt', description: 'Stops new risk; what reduces, renews and records goes on.' },
  'clear-halt': { type: 'clear_halt', description: 'Lifts a halt of an operator or of the guard against runaway orders.' },
  'clear-poison': { type: 'clear_poison', description: 'Lifts reduce-only after an input that failed.' },
} as const

const modeRequest = z.strictObject({ reason: z.string().max(200).optional().describe('Recorded with the command.') })
const modeAnswer = z.looseObject({
  status: z.literal('ok'),
  mode: z.literal('halted').optional(),
  cleared: z.array(z.string()).optional().describe('What stood and was lifted.'),
  asOfSeq: z.number().int().min(0),
})

export function operatorRoutes(app: Api, context: Context): void {
  for (const [name, { type, description }] of Object.entries(MODES)) {
    const schema = {
      tags: ['operations'],
      description: `${description} Needs \`Authorization: Bearer <token>\` of BALLAST_ADMIN_TOKEN.`,
      body: modeRequest,
      response: { 200: modeAnswer, 202: pendingSchema, '4xx': failureSchema, 503: failureSchema },
    }
    const onRequest = (request: Parameters<typeof checkAdmin>[0], _reply: unknown, done: () => void): void => {
      checkAdmin(request, context.adminToken)
      done()
    }
    app.post(`/api/mode/${name}`, { schema, onRequest }, (request, reply) => {
      const { reason } = request.body
      return answerCommand(context, request, reply, { account: OPERATOR, type, params: reason === undefined ? {} : { reason } })
    })
  }
}
