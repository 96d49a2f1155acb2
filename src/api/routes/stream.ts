/** `GET /api/stream`: server-sent events for the page; resumes by `Last-Event-ID`. */
import type { OutgoingHttpHeaders } from 'node:http'
import { accountQuery, failureSchema } from '../contract.ts'
import { knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import { StreamHub } from '../stream-hub.ts'
import type { Api } from '../type-provider.ts'

const STREAM = { tags: ['page'], querystring: accountQuery, response: { '4xx': failureSchema } }
const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' }

export function streamRoutes(app: Api, context: Context): void {
  const hub = new StreamHub(context)
  app.addHook('preClose', (done) => {
    hub.close()
    done()
  })
  app.get('/api/stream', { schema: STREAM, exposeHeadRoute: false }, (request, reply) => {
    const account = knownAccount(context, request.query.accountId)
    const { streamsMax } = context.limits
    if (hub.size >= streamsMax)
      throw new ApiRefusal('too_many_streams', { gate: 'stream', field: 'streams', seen: hub.size + 1, limit: streamsMax })
    const headers = reply.getHeaders() as OutgoingHttpHeaders
    reply.hijack()
    reply.raw.writeHead(200, { ...headers, ...EVENT_STREAM })
    hub.add(reply.raw, account, lastEventId(request.headers['last-event-id']))
  })
}

function lastEventId(header: string | readonly string[] | undefined): number | undefined {
  const id = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
  return id !== undefined && Number.isSafeInteger(id) ? id : undefined
}
