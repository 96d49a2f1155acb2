/**
 * The headers that keep a browser from doing what a page did not mean (content security policy, no sniffing, no framing). helmet says them once, for a
 * request that nobody sent, and every answer carries what it said: asked for each answer anew they cost more than the answer from a cache.
 */
import helmet from '@fastify/helmet'
import type { FastifyHelmetOptions } from '@fastify/helmet'
import Fastify from 'fastify'

export const HELMET: FastifyHelmetOptions = {
  strictTransportSecurity: false,
  contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null, 'style-src': ["'self'", "'unsafe-inline'"] } },
}
export type SafetyHeaders = Readonly<Record<string, string>>
let said: Promise<SafetyHeaders> | undefined

export function safetyHeaders(): Promise<SafetyHeaders> {
  said ??= ask()
  return said
}

/** What helmet adds to an answer that has nothing of its own. */
async function ask(): Promise<SafetyHeaders> {
  const [bare, safe] = [await headersOf(false), await headersOf(true)]
  return Object.freeze(Object.fromEntries(Object.entries(safe).filter(([name]) => !(name in bare))))
}

async function headersOf(isSafe: boolean): Promise<SafetyHeaders> {
  const app = Fastify()
  if (isSafe) await app.register(helmet, HELMET)
  app.get('/', (_request, reply) => reply.send(''))
  const { headers } = await app.inject('/')
  await app.close()
  return headers as SafetyHeaders
}
