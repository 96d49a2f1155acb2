/**
 * Accounts behind a gateway (C-50, `TRUST_GATEWAY=true`). The gateway has authenticated the caller and says whose call it is, signed with the key both
 * sides hold:
 *   X-Ballast-Account, X-Ballast-Timestamp (epoch ms), X-Ballast-Signature = hex HMAC-SHA-256 (RFC 2104) of
 *   "<timestamp>\n<method>\n<path with query>\n<account>"
 * A call without it, with a foreign one or an old one is nobody's. With it the host and origin of the call are the gateway's affair, and the account is
 * the signed one: a request that names none gets it, one that names another is told what an unknown account is told.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiRefusal } from './refusal.ts'

export interface Gateway {
  readonly key: string
  /** Wall clock, ms. */
  readonly now: () => number
}

const AGE_MAX_MS = 60_000
const signedFor = new WeakMap<FastifyRequest, string>()

export function signatureOf(
  key: string,
  call: { readonly timestamp: string; readonly method: string; readonly url: string; readonly account: string },
): string {
  return createHmac('sha256', key).update(`${call.timestamp}\n${call.method}\n${call.url}\n${call.account}`).digest('hex')
}

/** Whose call it is, by the gateway's word; undefined where there is no gateway. */
export function signedAccount(request: FastifyRequest): string | undefined {
  return signedFor.get(request)
}

/** Remembers whose call it is, or refuses it. */
export function checkSigned(request: FastifyRequest, { key, now }: Gateway): void {
  const [account, timestamp, signature] = ['account', 'timestamp', 'signature'].map((name) => headerOf(request, name))
  if (account === undefined || timestamp === undefined || signature === undefined)
    throw refused('X-Ballast-Signature', 'none', 'a signed account')
  const ageMs = Math.abs(now() - Number(timestamp))
  if (!(ageMs <= AGE_MAX_MS)) throw refused('X-Ballast-Timestamp', timestamp, `within ${AGE_MAX_MS} ms of now`)
  const wanted = Buffer.from(signatureOf(key, { timestamp, method: request.method, url: request.url, account }))
  const given = Buffer.from(signature)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw refused('X-Ballast-Signature', 'another', 'the gateway’s signature')
  signedFor.set(request, account)
}

/** Before validation: the account of a call is the signed one, wherever the route takes one. */
export function useSignedAccounts(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const account = signedFor.get(request)
    if (account !== undefined) {
      const { querystring, body } = (request.routeOptions.schema ?? {}) as Schemas
      request.query = withAccount(request.query, querystring, account)
      request.body = withAccount(request.body, body, account)
    }
    done()
  })
}

interface Schemas {
  readonly querystring?: { readonly shape?: object }
  readonly body?: { readonly shape?: object }
}

function withAccount(part: unknown, schema: Schemas['body'], account: string): unknown {
  if (schema?.shape === undefined || !('accountId' in schema.shape)) return part
  if (part !== undefined && (typeof part !== 'object' || part === null)) return part
  const { accountId = account } = (part ?? {}) as { readonly accountId?: unknown }
  if (accountId === account) return { ...part, accountId }
  throw new ApiRefusal('unknown_account', { gate: 'account', field: 'accountId', seen: accountId, limit: 'a known account' })
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[`x-ballast-${name}`]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function refused(field: string, seen: string, limit: string): ApiRefusal {
  return new ApiRefusal('unauthorised', { gate: 'gateway', field, seen, limit })
}
