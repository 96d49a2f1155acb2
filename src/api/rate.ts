/**
 * How many requests one caller may send in a window of time, counted from his first (fixed window). A caller is an address; of IPv6 its /64, which is what
 * one subscriber holds. Counted without a promise, because it stands in the way of every request. Each answer says what is left, and until when. A route
 * has the limit of all routes together, or the one its `config.rateLimit` states for it alone, or none (`false`).
 */
import type { Socket } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { FixedWindows } from './fixed-windows.ts'
import { ApiRefusal } from './refusal.ts'

export interface Rate {
  readonly max: number
  readonly timeWindow: number
}
type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void

const WINDOW_MS = 60_000

/** To be called before any route is added. */
export function limitRates(
  app: Pick<FastifyInstance, 'addHook'>,
  requestsPerMinute: number,
  now: () => number = () => performance.now(),
): void {
  const callers = new WeakMap<Socket, string>()
  const forAll = limiter({ max: requestsPerMinute, timeWindow: WINDOW_MS }, callers, now)
  app.addHook('onRoute', (route) => {
    const own = (route.config as { readonly rateLimit?: Rate | false } | undefined)?.rateLimit
    if (own === false) return
    const hook = own === undefined ? forAll : limiter(own, callers, now)
    route.onRequest = [hook, ...[route.onRequest ?? []].flat()] // before the route's own: what that refuses, a wrong token, counts as well
  })
}

function limiter({ max, timeWindow }: Rate, callers: WeakMap<Socket, string>, now: () => number): Hook {
  const windows = new FixedWindows(timeWindow, now)
  return ({ socket }, reply, done) => {
    const counted = windows.count(callerOf(callers, socket))
    const leftMs = Math.ceil(counted.leftMs)
    const reset = Math.ceil(leftMs / 1_000)
    void reply.header('x-ratelimit-limit', max)
    void reply.header('x-ratelimit-remaining', Math.max(0, max - counted.count))
    void reply.header('x-ratelimit-reset', reset)
    if (counted.count <= max) return done()
    void reply.header('retry-after', reset)
    const flip = { field: 'waitMs', to: leftMs }
    throw new ApiRefusal('too_many_requests', { gate: 'rate', field: 'requestsPerMinute', seen: `more than ${max}`, limit: max, flip })
  }
}

/** The address of a connection stays what it is. */
function callerOf(callers: WeakMap<Socket, string>, socket: Socket): string {
  let caller = callers.get(socket)
  if (caller === undefined) callers.set(socket, (caller = normalizeIP(socket.remoteAddress ?? '')))
  return caller
}
