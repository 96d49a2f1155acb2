/**
 * Whether a caller may do what it asks (C-50, SE-01): `Authorization: Bearer <token>` from anywhere the API answers, or the session cookie, which
 * counts only for a request that the page itself made. A cookie travels by itself, so the request must say whose it is: `Origin` is this
 * host, or the browser says same-origin. With `SameSite=Strict` and no other content type than JSON that is three locks on one door.
 */
import type { FastifyRequest } from 'fastify'
import { reaches } from './contract-session.ts'
import type { Role } from './contract-session.ts'
import { ApiRefusal } from './refusal.ts'
import type { Actor, Sessions } from './sessions.ts'

export const COOKIE = 'ballast_session'
const BEARER = /^Bearer (\S{1,512})$/
const LIMIT = 'Authorization: Bearer <a token of BALLAST_ADMIN_TOKEN or BALLAST_TOKENS>, or a session of the console'

/** The caller, if its role reaches `least`; a refusal that says what is missing otherwise. */
export function authorise(request: FastifyRequest, sessions: Sessions, least: Role): Actor {
  if (!sessions.isEnabled)
    throw new ApiRefusal('admin_disabled', { gate: 'access', field: 'BALLAST_ADMIN_TOKEN', seen: 'not set', limit: LIMIT })
  const actor = actorOf(request, sessions)
  if (actor === undefined) {
    if (BEARER.test(request.headers.authorization ?? '')) throw wrongToken(request, sessions, { field: 'Authorization', limit: LIMIT })
    throw new ApiRefusal('unauthorised', { gate: 'access', field: 'Authorization', seen: 'none', limit: LIMIT })
  }
  if (reaches(actor.role, least)) return actor
  throw new ApiRefusal('role_too_low', {
    gate: 'access',
    field: 'role',
    seen: actor.role,
    limit: least,
    flip: { field: 'role', to: least },
  })
}

/** Counted against the address it came from; with too many the caller is told to wait. */
export function wrongToken(
  { ip }: FastifyRequest,
  sessions: Sessions,
  { field, limit }: { readonly field: string; readonly limit: string },
): ApiRefusal {
  const { waitMs, limit: most } = sessions.noteWrong(ip)
  if (waitMs === 0) return new ApiRefusal('unauthorised', { gate: 'access', field, seen: 'another token', limit })
  const flip = { field: 'waitMs', to: waitMs }
  return new ApiRefusal('too_many_requests', {
    gate: 'access',
    field: 'wrongTokensPerMinute',
    seen: `more than ${most}`,
    limit: most,
    flip,
  })
}

export function actorOf(request: FastifyRequest, sessions: Sessions): Actor | undefined {
  const given = BEARER.exec(request.headers.authorization ?? '')?.[1]
  if (given !== undefined) return sessions.holderOf(given)
  const id = cookieOf(request)
  return id !== undefined && isOwnPage(request) ? sessions.find(id) : undefined
}

export function cookieOf({ headers }: FastifyRequest): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2)
    if (name === COOKIE && value !== undefined && value !== '') return value
  }
  return undefined
}

/** Reading with a cookie is safe from anywhere the answer cannot be read; whoever changes something must be the page. */
function isOwnPage({ method, headers: { origin, host, ...headers } }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return true
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host.toLowerCase() === (host ?? '').toLowerCase()
  return headers['sec-fetch-site'] === 'same-origin'
}
