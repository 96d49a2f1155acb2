/**
 * Who is answered (C-50). Without a gateway the client routes serve this machine: the peer is on loopback or names a listed host, the
 * `Host` is a loopback name or a listed one (a rebound DNS name is neither), and a page may call only from the same host. Health is
 * answered to everyone, so that a probe from outside a container works. Behind a gateway its signature decides instead (`gateway.ts`).
 */
import type { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { checkSigned } from './gateway.ts'
import type { Gateway } from './gateway.ts'
import { ApiRefusal } from './refusal.ts'

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])
const LOOPBACK_PEER = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/
const OPEN_TO_ALL: ReadonlySet<string> = new Set(['/health', '/healthz', '/ready'])

export function checkAccess(request: FastifyRequest, listedHosts: ReadonlySet<string>, gateway: Gateway | undefined): void {
  const host = request.headers.host ?? ''
  const name = hostName(host)
  const isListed = listedHosts.has(name)
  if ((request.method === 'GET' || request.method === 'HEAD') && OPEN_TO_ALL.has(request.url.split('?', 1)[0] ?? '')) return
  if (gateway !== undefined) return checkSigned(request, gateway)
  if (!isListed && !LOOPBACK_NAMES.has(name)) throw refuseHost(host)
  if (!isListed && !isLoopback(request.socket)) throw refuseHost(host)
  const origin = request.headers.origin
  if (origin !== undefined && !isSameHost(origin, host)) throw refuseOrigin(origin, host)
  if (request.method !== 'GET' && request.headers['sec-fetch-site'] === 'cross-site') throw refuseOrigin('cross-site', host)
}

const OPERATIONS = /^\/(?:api|admin)(?:\/|$)/

/** On the port of clients, operations are not there. The route that was found decides: a path may be written in many ways (`/%61pi`). */
export function refuseOperations({ url, routeOptions }: FastifyRequest): void {
  const path = url.split('?', 1)[0] ?? ''
  if (OPERATIONS.test(routeOptions.url ?? path))
    throw new ApiRefusal('not_found', { gate: 'request', field: 'path', seen: path, limit: 'the port of operations' })
}

/** While a reset is under way only the signs of life are answered. */
export function refuseBetween({ url }: FastifyRequest): void {
  if (OPEN_TO_ALL.has(url.split('?', 1)[0] ?? '') && !url.startsWith('/ready')) return
  throw new ApiRefusal('not_ready', { gate: 'reset', field: 'platform', seen: 'being reset', limit: 'a platform that runs' })
}

/** Of the last request: nearly all name the same. */
let named = { host: '', name: '' }

function hostName(host: string): string {
  if (host !== named.host) named = { host, name: host.toLowerCase().replace(/:\d{1,5}$/, '') }
  return named.name
}

const LOOPBACK_SOCKETS = new WeakSet<Socket>()

/** The address of a connection stays what it is. */
function isLoopback(socket: Socket): boolean {
  if (LOOPBACK_SOCKETS.has(socket)) return true
  if (!LOOPBACK_PEER.test(socket.remoteAddress ?? '')) return false
  LOOPBACK_SOCKETS.add(socket)
  return true
}

function isSameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase()
}

function refuseHost(host: string): ApiRefusal {
  return new ApiRefusal('host_not_allowed', {
    gate: 'access',
    field: 'Host',
    seen: host,
    limit: 'a loopback name from this machine, or a listed host',
  })
}

function refuseOrigin(origin: string, host: string): ApiRefusal {
  return new ApiRefusal('origin_not_allowed', { gate: 'access', field: 'Origin', seen: origin, limit: host })
}
