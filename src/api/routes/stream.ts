/**
 * `GET /api/monitoring/stream` (API-04, the documented name) and `GET /api/stream`, its short one: server-sent events, the same hub behind both.
 * It resumes by `Last-Event-ID`, or by `lastEventId` in the query for readers that cannot set a header on their first call.
 */
import { z } from 'zod'
import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { accountQuery, failureSchema } from '../contract.ts'
import { knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import { StreamHub } from '../stream-hub.ts'
import type { Api } from '../type-provider.ts'

const STREAM = {
  tags: ['operations'],
  description:
    'Server-sent events: `overview`, at most two a second, and every `decision` once. Ids are seqs; a reader who comes back with the last one ' +
    'gets the decisions he missed, or a `gap` where they are no longer kept in memory (`GET /api/decisions` has them).',
  querystring: accountQuery.extend({ lastEventId: z.string().optional().describe('Where the header cannot be set.') }),
  response: { '4xx': failureSchema },
}
const NAMES = ['/api/monitoring/stream', '/api/stream']
const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' }

export function streamRoutes(app: Api, context: Context): void {
  const hub = new StreamHub(context)
  app.addHook('preClose', (done) => {
    hub.close()
    done()
  })
  const open = (request: FastifyRequest<{ Querystring: z.output<typeof STREAM.querystring> }>, reply: FastifyReply): void => {
    const account = knownAccount(context, request.query.accountId)
    const { streamsMax } = context.limits
    if (hub.size >= streamsMax)
      throw new ApiRefusal('too_many_streams', { gate: 'stream', field: 'streams', seen: hub.size + 1, limit: streamsMax })
    const headers = reply.getHeaders() as OutgoingHttpHeaders
    reply.hijack()
    reply.raw.writeHead(200, { ...headers, ...EVENT_STREAM })
    hub.add(reply.raw, account, lastEventId(request.headers['last-event-id'] ?? request.query.lastEventId))
  }
  for (const name of NAMES) app.get(name, { schema: STREAM, exposeHeadRoute: false }, open)
}

function lastEventId(header: string | readonly string[] | undefined): number | undefined {
  const id = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
  return id !== undefined && Number.isSafeInteger(id) ? id : undefined
}
