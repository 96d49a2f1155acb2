/**
 * The HTTP host: Fastify over a running platform. `createApi` makes the server without listening (tests inject into it), `listen` opens
 * the port. Bodies, headers, time, connections, rate and unread stream bytes are bounded; the logger is off unless given.
 */
import type { AddressInfo } from 'node:net'
import type { Writable } from 'node:stream'
import underPressure from '@fastify/under-pressure'
import Fastify from 'fastify'
import type { FastifyHttpOptions, FastifyReply, RawServerDefault } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { pino } from 'pino'
import type { Platform } from '#runtime/platform.ts'
import { checkAccess, refuseBetween, refuseOperations } from './access.ts'
import { ApiRefusal } from './refusal.ts'
import type { Context, Limits } from './context.ts'
import { answerBrokenRequest, installFailures } from './failures.ts'
import { useSignedAccounts } from './gateway.ts'
import type { Gateway } from './gateway.ts'
import { installOpenApi } from './open-api.ts'
import { QuoteDesk } from './quote-desk.ts'
import { ROUTES } from './routes/registry.ts'
import { Sessions } from './sessions.ts'
import type { Token } from './sessions.ts'
import type { WrongToken } from './wrong-tokens.ts'
import { installPage, unknownPage } from './static-page.ts'
import { lineBatch } from './line-batch.ts'
import { limitRates } from './rate.ts'
import { safetyHeaders } from './safety-headers.ts'
import { servedLine } from './served-line.ts'
import { parseStrictJson } from './strict-json.ts'
import type { Api } from './type-provider.ts'
import { installWidget } from './widget-files.ts'
import type { Views } from '#runtime/view-models.ts'

export interface ApiOptions {
  readonly views: Views
  /** Accounts that exist; the platform's default one where none is named. */
  readonly accounts?: readonly string[]
  /** Host names answered besides loopback ones, when the operator lists them. */
  readonly hosts?: readonly string[]
  /** Folder of the built page. */
  readonly webDist?: string
  /** Folder of the built widget. */
  readonly widgetDist?: string
  readonly limits?: Partial<Limits>
  /** Token of an administrator; without one, and without `tokens`, what changes the platform itself is closed. */
  readonly adminToken?: string | undefined
  /** Tokens of people, each with its role. */
  readonly tokens?: readonly Token[]
  /** The wall clock of sessions. */
  readonly wallClock?: () => number
  /** Operations are served on a port of their own (C-01): here they are not. */
  readonly withoutOperations?: boolean
  /** Set where a gateway in front says whose call it is. */
  readonly gateway?: Gateway | undefined
  /** True while a reset has taken one platform away and not yet put the next in its place. */
  readonly isBetween?: () => boolean
  /** Where warnings go, one JSON line each; absent: nowhere. */
  readonly log?: Writable
}

const LIMITS: Limits = {
  pendingRecordsMax: 50_000,
  eventLoopDelayMaxMs: 2_000,
  durableWaitMs: 10_000,
  requestsPerMinute: 30_000,
  connectionsMax: 512,
  streamsMax: 32,
  streamBufferMax: 262_144,
}
const BODY_BYTES_MAX = 65_536

export async function createApi(platform: Platform, options: ApiOptions): Promise<Api> {
  const limits = { ...LIMITS, ...options.limits }
  const accounts = new Set(options.accounts ?? [platform.info.defaultAccount])
  const { isBetween, gateway, withoutOperations = false, wallClock = Date.now } = options
  const { views } = options
  const lines = options.log === undefined ? undefined : lineBatch(options.log)
  const log = lines === undefined ? undefined : pino({ level: 'info' }, lines)
  const held = quoteDeskPerJournal({ platform, views }, (entry) => lines?.write(servedLine(entry, wallClock())))
  const context: Context = {
    platform,
    views,
    accounts,
    limits,
    sessions: sessionsOf(options, (wrong) => log?.warn(wrong, 'wrong token')),
    log,
    get quotes() {
      return held().desk
    },
    get quotesSince() {
      return held().since
    },
  }
  const app = Fastify(serverOptions(context)).withTypeProvider() as unknown as Api
  if (lines !== undefined)
    app.addHook('onClose', (_app, done) => {
      lines.flush()
      done()
    })
  app.server.maxConnections = limits.connectionsMax
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(() => JSON.stringify)
  const hosts = new Set((options.hosts ?? []).map((host) => host.toLowerCase()))
  const safety = await safetyHeaders()
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(safety)
    checkAccess(request, hosts, gateway)
    if (withoutOperations) refuseOperations(request)
    if (isBetween?.() === true) refuseBetween(request)
    done()
  })
  if (gateway !== undefined) useSignedAccounts(app)
  readStrictJson(app)
  installFailures(app as never, context, withoutOperations ? undefined : unknownPage(options.webDist))
  await installLimits(app, context)
  await installOpenApi(app, platform.info.version)
  for (const route of ROUTES) route(app, context)
  await installWidget(app, options.widgetDist)
  if (!withoutOperations) await installPage(app, options.webDist)
  return app
}

function sessionsOf({ adminToken, tokens = [], wallClock = Date.now }: ApiOptions, onWrong: (wrong: WrongToken) => void): Sessions {
  const admin: readonly Token[] = adminToken === undefined ? [] : [{ name: 'admin', role: 'admin', token: adminToken }]
  return new Sessions([...admin, ...tokens], wallClock, onWrong)
}

/** What was priced before a reset belongs to a market that is over: the cache and its counters begin anew with the journal. */
function quoteDeskPerJournal(context: Pick<Context, 'platform' | 'views'>, log: ConstructorParameters<typeof QuoteDesk>[1]) {
  const begin = () => ({ journalId: context.platform.info.journalId, desk: new QuoteDesk(context, log), since: context.platform.now() })
  let held = begin()
  return () => {
    if (held.journalId !== context.platform.info.journalId) held = begin()
    return held
  }
}

export async function listen(api: Api, { host, port }: { readonly host: string; readonly port: number }): Promise<AddressInfo> {
  await api.listen({ host, port })
  return api.server.address() as AddressInfo
}

/** Fastify's own log is off: one of it, even silent, makes a logger and two listeners for each request. What is worth a line is written by name. */
function serverOptions(context: Context): FastifyHttpOptions<RawServerDefault> {
  return {
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 10_000,
    keepAliveTimeout: 5_000,
    connectionTimeout: 60_000,
    http: { maxHeaderSize: 8_192, headersTimeout: 8_000, connectionsCheckingInterval: 2_000 },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 120 },
    logger: false,
    clientErrorHandler: (error, socket) => answerBrokenRequest(context, error, socket),
    frameworkErrors: (_error, _request, reply) => {
      void (reply as unknown as FastifyReply).code(400).send(brokenUrl(context))
    },
  }
}

function brokenUrl({ platform }: Context): object {
  const { explanation } = new ApiRefusal('invalid_payload', {
    gate: 'request',
    field: 'url',
    seen: 'unreadable',
    limit: 'a well-formed path',
  })
  return { status: 'error', reason: explanation.code, explanation, asOfSeq: platform.driver.durableSeq }
}

function readStrictJson(app: Api): void {
  app.removeAllContentTypeParsers()
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    const text = decoded(utf8, body as Buffer)
    const parsed = text === undefined ? undefined : parseStrictJson(text)
    if (parsed?.ok === true) return done(null, parsed.value)
    const { field, seen, limit } = parsed?.refusal ?? { field: 'body', seen: 'bytes that are not UTF-8', limit: 'UTF-8 text' }
    return done(new ApiRefusal('invalid_payload', { gate: 'request', field, seen, limit }))
  })
}

function decoded(utf8: TextDecoder, body: Buffer): string | undefined {
  try {
    return utf8.decode(body)
  } catch {
    return undefined
  }
}

async function installLimits(app: Api, { limits }: Context): Promise<void> {
  limitRates(app as never, limits.requestsPerMinute)
  // Its own answer would shut everything out, health included; commands alone are shed, in their pre-handler.
  const { eventLoopDelayMaxMs } = limits
  // an interval in which the loop never turned counts as an endless delay: it has to be as long as what is too long
  const sampleInterval = eventLoopDelayMaxMs
  await app.register(underPressure, { maxEventLoopDelay: eventLoopDelayMaxMs, sampleInterval, pressureHandler: () => undefined })
}
