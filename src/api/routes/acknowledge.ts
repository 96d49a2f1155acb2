/**
 * `POST /api/alerts/acknowledge`: an operator ends an alert that no event ends (a delivery that differs from the contract, once the venue has answered). An
 * ordinary command: recorded with its reason and who gave it, answered once durable. An alert whose condition stands is not ended by a word.
 */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { authorise } from '../authorise.ts'
import { failureSchema, pendingSchema } from '../contract.ts'
import { answerCommand } from '../context.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'

const ACKNOWLEDGE = {
  tags: ['operations'],
  description:
    'Ends an alert that no event ends: `payout_differs`, and the `coverage_alarm` of its cover. Needs the role operator: `Authorization: Bearer <token>`, ' +
    'or a session. Any other alert ends with its condition: `alert_ends_itself`.',
  body: z.strictObject({
    name: z.string().min(1).max(80).describe('Of the alert, such as payout_differs.'),
    subject: z.string().min(1).max(200).describe('What it is about, as the alert names it.'),
    reason: z.string().min(1).max(200).describe('Recorded with the command.'),
  }),
  response: {
    200: z.union([
      z.object({
        status: z.literal('ok'),
        acknowledged: z.object({ name: z.string(), subject: z.string() }),
        asOfSeq: z.number().int().min(0),
      }),
      failureSchema,
    ]),
    202: pendingSchema,
    '4xx': failureSchema,
    503: failureSchema,
  },
}

export function acknowledgeRoutes(app: Api, context: Context): void {
  const onRequest = (request: FastifyRequest, _reply: unknown, done: () => void): void => {
    authorise(request, context.sessions, 'operator')
    done()
  }
  app.post('/api/alerts/acknowledge', { schema: ACKNOWLEDGE, onRequest }, (request, reply) => {
    const { name: by } = authorise(request, context.sessions, 'operator')
    return answerCommand(context, request, reply, { account: 'operator', type: 'acknowledge_alert', params: { ...request.body, by } })
  })
}
