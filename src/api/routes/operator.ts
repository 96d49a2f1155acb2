/**
 * What an operator tells the platform: `halt` new risk, `clear-halt` what an operator or the runaway guard halted, `clear-poison` the
 * reduce-only that a failed input left, once somebody has looked at it. Each names its least role. Ordinary commands: recorded with their
 * reason and who gave them, answered once durable. They are taken while the journal is behind: who halts must not be turned away.
 */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { failureSchema, pendingSchema } from '../contract.ts'
import { authorise } from '../authorise.ts'
import { LEAST_ROLE } from '../contract-session.ts'
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
  for (const [name, { type, description }] of Object.entries(MODES) as [keyof typeof MODES, (typeof MODES)[keyof typeof MODES]][]) {
    const least = LEAST_ROLE[name]
    const schema = {
      tags: ['operations'],
      description: `${description} Needs the role ${least}: \`Authorization: Bearer <token>\`, or a session.`,
      body: modeRequest,
      response: { 200: modeAnswer, 202: pendingSchema, '4xx': failureSchema, 503: failureSchema },
    }
    const onRequest = (request: FastifyRequest, _reply: unknown, done: () => void): void => {
      authorise(request, context.sessions, least)
      done()
    }
    app.post(`/api/mode/${name}`, { schema, onRequest }, (request, reply) => {
      const { reason } = request.body
      const { name: by } = authorise(request, context.sessions, least)
      return answerCommand(context, request, reply, { account: OPERATOR, type, params: reason === undefined ? { by } : { reason, by } })
    })
  }
}
