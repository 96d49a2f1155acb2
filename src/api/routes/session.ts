/**
 * `POST /api/session {token}` signs in, `GET` says who one is and what one may, `DELETE` signs out. The token is asked for once and never kept by
 * the page; what remains is a cookie that scripts cannot read (HttpOnly), that no other site can send (SameSite=Strict), for `SESSION_MS`.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isoFromEpochMs } from '#base/civil-date.ts'
import { epochMs } from '#units/time.ts'
import { COOKIE, actorOf, cookieOf, wrongToken } from '../authorise.ts'
import { failureSchema } from '../contract.ts'
import { LEAST_ROLE, reaches, sessionAnswer, sessionRequest } from '../contract-session.ts'
import type { SessionAnswer } from '../contract-session.ts'
import type { Context } from '../context.ts'
import { ApiRefusal } from '../refusal.ts'
import { SESSION_MS } from '../sessions.ts'
import type { Actor } from '../sessions.ts'
import type { Api } from '../type-provider.ts'

const RESPONSE = { 200: sessionAnswer, '4xx': failureSchema }
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict'

export function sessionRoutes(app: Api, context: Context): void {
  const { sessions } = context
  app.post('/api/session', { schema: { tags: ['operations'], body: sessionRequest, response: RESPONSE } }, (request, reply) => {
    if (!sessions.isEnabled)
      throw new ApiRefusal('admin_disabled', {
        gate: 'access',
        field: 'BALLAST_ADMIN_TOKEN',
        seen: 'not set',
        limit: 'BALLAST_ADMIN_TOKEN or BALLAST_TOKENS set before the start',
      })
    const actor = sessions.holderOf(request.body.token)
    if (actor === undefined) throw wrongToken(request, sessions, { field: 'token', limit: 'a token of this platform' })
    const known = cookieOf(request)
    if (known !== undefined) sessions.close(known)
    const id = sessions.open(actor)
    void reply.header('set-cookie', `${COOKIE}=${id}; ${ATTRIBUTES}; Max-Age=${SESSION_MS / 1_000}${isSecure(request) ? '; Secure' : ''}`)
    return said(context, reply, actor, sessions.find(id)?.endsAt)
  })
  app.get('/api/session', { schema: { tags: ['operations'], response: RESPONSE } }, (request, reply) => {
    const id = cookieOf(request)
    return said(context, reply, actorOf(request, sessions), id === undefined ? undefined : sessions.find(id)?.endsAt)
  })
  app.delete('/api/session', { schema: { tags: ['operations'], response: RESPONSE } }, (request, reply) => {
    const id = cookieOf(request)
    if (id !== undefined) sessions.close(id)
    void reply.header('set-cookie', `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0`)
    return said(context, reply, undefined, undefined)
  })
}

function said({ sessions, platform }: Context, reply: FastifyReply, actor: Actor | undefined, endsAt: number | undefined): FastifyReply {
  const answer: SessionAnswer = {
    status: 'ok',
    isEnabled: sessions.isEnabled,
    signedIn: actor !== undefined,
    name: actor?.name ?? null,
    role: actor?.role ?? null,
    endsAtIso: endsAt === undefined ? null : isoFromEpochMs(epochMs(endsAt)),
    actions: Object.entries(LEAST_ROLE).map(([action, least]) => ({
      action,
      least,
      allowed: actor !== undefined && reaches(actor.role, least),
    })),
    asOfSeq: platform.driver.durableSeq,
  }
  return reply.header('cache-control', 'no-store').send(answer)
}

/**
 * Behind TLS the cookie must never go out in the clear; on loopback there is no TLS to ask for. It is a gateway that ends TLS, so its word counts:
 * who makes it up only keeps a cookie of his own from travelling. Of several on the way the first one spoke with the browser.
 */
function isSecure({ protocol, headers }: FastifyRequest): boolean {
  const [said = ''] = [headers['x-forwarded-proto'] ?? ''].flat().join().split(',')
  return protocol === 'https' || said.trim().toLowerCase() === 'https'
}
