/**
 * What the routes share, and the two ways to answer (design, section 4). A question is read between two inputs, names the seq it is true
 * for and leaves once that seq is durable. A command goes through the desk and is answered from what it caused. Both wait for the medium
 * no longer than `durableWaitMs`: a journal that stands still is "not ready", not a hanging call.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { answerText } from '#engine/answer-text.ts'
import type { CommandAnswer } from '#runtime/command-desk.ts'
import type { Platform } from '#runtime/platform.ts'
import type { Json } from '#topics/schema.ts'
import { ApiRefusal } from './refusal.ts'
import type { QuoteDesk } from './quote-desk.ts'
import type { Sessions } from './sessions.ts'
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
  /** Who may do what to the platform itself (C-50, SE-01); without a token nobody may. */
  readonly sessions: Sessions
  /** Absent where no log is kept. */
  readonly log?: Logger | undefined
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

/** The same where the answer is JSON already, but for its closing brace; without a promise where there is nothing to wait for. */
export function answerOpenText(context: Context, reply: FastifyReply, openText: string): Promise<FastifyReply> | undefined {
  const asOfSeq = context.platform.engine.seq
  const text = `${openText},"asOfSeq":${asOfSeq}}`
  if (!context.platform.driver.isDurable(asOfSeq)) return durable(context, asOfSeq).then(() => sendText(reply, text))
  void sendText(reply, text)
  return undefined
}

/** JSON is sent as it is; for any other text Fastify would state another type. */
function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(text)
}

export async function durable({ platform, limits }: Context, seq: number): Promise<void> {
  const { driver } = platform
  if (driver.isDurable(seq)) return
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
  /** See `CommandRequest`. */
  readonly onAnswer?: ((answer: Json) => void) | undefined
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
  const { account, type, params, naturalKey, bodyKey, onAnswer } = call
  const key = headerKey(request) ?? bodyKey
  const wait = preferredWait(request)
  if (wait !== undefined) void reply.header('preference-applied', `wait=${wait}`)
  const route = `${request.method} ${request.routeOptions.url ?? request.url}`
  return context.platform.desk.submit({
    account,
    route,
    key,
    naturalKey,
    type,
    params,
    onAnswer,
    waitMs: wait === undefined ? WAIT_DEFAULT_MS : wait * 1_000,
  })
}

/** The same stored answer and seq give the same bytes, however often they are asked for. */
export function sendCommandAnswer(
  reply: FastifyReply,
  { commandId, httpStatus, answer, asOfSeq }: CommandAnswer,
  signature?: string,
): FastifyReply {
  const said = isFields(answer) ? answer : { status: 'ok', answer }
  const more = signature === undefined ? { asOfSeq } : { signature, asOfSeq }
  return sendText(reply.header('ballast-command-id', commandId).code(httpStatus), joined(said, more))
}

/** JSON of the fields of both: the answer's own text is there already. */
function joined(answer: { readonly [key: string]: Json }, more: { readonly [key: string]: Json }): string {
  const text = answerText(answer)
  if (text === '{}' || Object.keys(more).some((name) => name in answer)) return JSON.stringify({ ...answer, ...more })
  return `${text.slice(0, -1)},${JSON.stringify(more).slice(1)}`
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
