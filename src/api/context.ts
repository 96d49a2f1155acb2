/**
 * What the routes share, and the two ways to answer (design, section 4). A question is read between two inputs, names the seq it is true
 * for and leaves once that seq is durable. A command goes through the desk and is answered from what it caused. Both wait for the medium
 * no longer than `durableWaitMs`: a journal that stands still is "not ready", not a hanging call.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CommandAnswer } from '#runtime/command-desk.ts'
import type { Platform } from '#runtime/platform.ts'
import type { Json } from '#topics/schema.ts'
import { ApiRefusal } from './refusal.ts'
import type { QuoteDesk } from './quote-desk.ts'
import type { Views } from '#runtime/view-models.ts'
import type { EpochMs } from '#units/time.ts'

export interface Limits {
  /** Records appended and not durable above which commands are refused. */
  readonly pendingRecordsMax: number
  readonly eventLoopDelayMaxMs: number
  readonly durableWaitMs: number
  readonly requestsPerMinute: number
  readonly connectionsMax: number
  readonly streamsMax: number
  /** Bytes that a slow reader of the stream may leave unread. */
  readonly streamBufferMax: number
}
export interface Context {
  readonly platform: Platform
  readonly views: Views
  readonly accounts: ReadonlySet<string>
  readonly limits: Limits
  /** Of who may call what changes the platform itself (C-50); absent: nobody may. */
  readonly adminToken?: string | undefined
  /** Quotes with the cache in front, of the journal that is open; ask for it in each call, a reset brings another. */
  readonly quotes: QuoteDesk
  /** Market time from which that desk has counted. */
  readonly quotesSince: EpochMs
}

const WAIT_DEFAULT_MS = 2_000
const WAIT_MAX_S = 30
const KEY = /^[\x21-\x7e]{1,120}$/

/** The account meant, if it is one of ours (C-50). */
export function knownAccount({ accounts, platform }: Context, asked: string | undefined): string {
  const account = asked ?? platform.info.defaultAccount
  if (accounts.has(account)) return account
  throw new ApiRefusal('unknown_account', { gate: 'account', field: 'accountId', seen: account, limit: 'a known account' })
}

/** `read` runs between two inputs; what it gives leaves when everything it could see is durable. */
export async function answerQuestion(context: Context, reply: FastifyReply, read: () => object): Promise<FastifyReply> {
  const asOfSeq = context.platform.engine.seq
  const body = { ...read(), asOfSeq }
  await durable(context, asOfSeq)
  return reply.send(body)
}

export async function durable({ platform, limits }: Context, seq: number): Promise<void> {
  const { driver } = platform
  if (seq <= driver.durableSeq) return
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limits.durableWaitMs)
  })
  const first = await Promise.race([driver.whenDurable(seq), late])
  clearTimeout(timer)
  if (first !== 'late') return
  throw new ApiRefusal('not_ready', { gate: 'journal', field: 'durableSeq', seen: driver.durableSeq, limit: `>= ${seq}` })
}

export interface CommandCall {
  readonly account: string
  readonly type: string
  readonly params: Json
  /** Where no key was sent, this names the same wish (a quote is activated once). */
  readonly naturalKey?: string | undefined
  readonly bodyKey?: string | undefined
}

export async function answerCommand(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  call: CommandCall,
): Promise<FastifyReply> {
  return sendCommandAnswer(reply, await submitCommand(context, request, reply, call))
}

/** The same for routes that do more with an answer than send it. */
export async function submitCommand(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  call: CommandCall,
): Promise<CommandAnswer> {
  const { account, type, params, naturalKey, bodyKey } = call
  const key = headerKey(request) ?? bodyKey ?? naturalKey
  const wait = preferredWait(request)
  if (wait !== undefined) void reply.header('preference-applied', `wait=${wait}`)
  const route = `${request.method} ${request.routeOptions.url ?? request.url}`
  return context.platform.desk.submit({
    account,
    route,
    key,
    type,
    params,
    waitMs: wait === undefined ? WAIT_DEFAULT_MS : wait * 1_000,
  })
}

/** The same stored answer and seq give the same bytes, however often they are asked for. */
export function sendCommandAnswer(reply: FastifyReply, { commandId, httpStatus, answer, asOfSeq }: CommandAnswer): FastifyReply {
  const body = isFields(answer) ? { ...answer, asOfSeq } : { status: 'ok', answer, asOfSeq }
  return reply.header('ballast-command-id', commandId).code(httpStatus).send(body)
}

function isFields(answer: Json): answer is { readonly [key: string]: Json } {
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer)
}

/** The caller's own key of a wish, or a refusal where it is none. */
export function headerKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && KEY.test(key)) return key
  throw new ApiRefusal('invalid_payload', {
    gate: 'request',
    field: 'Idempotency-Key',
    seen: key,
    limit: '1 to 120 printable characters without spaces',
  })
}

/** RFC 7240: seconds the caller is ready to wait; what cannot be read is ignored, as the RFC says. */
function preferredWait(request: FastifyRequest): number | undefined {
  const text = [request.headers['prefer'] ?? []].flat().join(',')
  const found = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,4})"?\s*(?:$|[,;])/i.exec(text)?.[1]
  return found === undefined ? undefined : Math.min(Number(found), WAIT_MAX_S)
}
