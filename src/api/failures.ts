/**
 * Every failure leaves in the one shape of the contract, whoever raised it: our own refusals, the schemas, the framework, the HTTP parser.
 * Nothing of a stack, a path or a message of ours or Node's gets out: what is not known here is `internal_error`.
 */
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { Context } from './context.ts'
import { ApiRefusal, failureBody } from './refusal.ts'
import type { ApiCode } from './refusal.ts'
import type { unknownPage } from './static-page.ts'

const FRAMEWORK_CODES: Readonly<Record<string, { readonly code: ApiCode; readonly field: string; readonly limit: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'payload_too_large', field: 'body', limit: 'at most 65536 bytes' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type', field: 'Content-Type', limit: 'application/json' },
  FST_ERR_BAD_URL: { code: 'invalid_payload', field: 'url', limit: 'a well-formed path' },
}
const CLIENT_CODES: Readonly<Record<string, ApiCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** What a peer whose request was broken has, to read the answer and close. */
const LINGER_MS = 1_000

/** `page`: what a browser is shown at an address that is nobody's. */
export function installFailures(app: FastifyInstance, context: Context, page?: ReturnType<typeof unknownPage>): void {
  app.setNotFoundHandler((request, reply) => page?.(request, reply) ?? send(reply, context, notFound(app, request)))
  app.setErrorHandler((error: FastifyError | ApiRefusal, request, reply) => {
    const refusal = refusalOf(error, request)
    if (refusal.explanation.code === 'internal_error') context.log?.error({ err: error, reqId: request.id }, 'request failed')
    return send(reply, context, refusal)
  })
}

export function refusalOf(error: FastifyError | ApiRefusal, request: FastifyRequest): ApiRefusal {
  if (error instanceof ApiRefusal) return error
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error, request)
  const known = FRAMEWORK_CODES[error.code]
  if (known !== undefined) {
    const { code, field, limit } = known
    return new ApiRefusal(code, {
      gate: 'request',
      field,
      seen: code === 'unsupported_media_type' ? request.headers['content-type'] : 'beyond',
      limit,
    })
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new ApiRefusal('invalid_payload', { gate: 'request', field: 'request', seen: error.code, limit: 'a well-formed request' })
  }
  return new ApiRefusal('internal_error', { gate: 'api', field: 'request', seen: request.id, limit: 'a request the server can handle' })
}

/** The first rule broken, with what stood there. */
function invalid(
  error: FastifyError & { validation: readonly { instancePath: string; message?: string; params: unknown }[] },
  request: FastifyRequest,
): ApiRefusal {
  const first = error.validation[0]
  const part = error.validationContext ?? 'body'
  const source =
    part === 'body' ? request.body : part === 'querystring' ? request.query : part === 'params' ? request.params : request.headers
  const steps = (first?.instancePath ?? '').split('/').filter((step) => step !== '')
  const unknown = unknownKeys(first?.params)
  if (unknown !== undefined) {
    return new ApiRefusal('invalid_payload', {
      gate: 'request',
      field: [...steps, unknown].join('.'),
      seen: at(source, [...steps, unknown]),
      limit: 'a field this request knows',
    })
  }
  const field = steps.length === 0 ? part : steps.join('.')
  return new ApiRefusal('invalid_payload', { gate: 'request', field, seen: at(source, steps), limit: wanted(first?.message) })
}

/** What was wanted, without what was given: that is `seen`. */
function wanted(message: string | undefined): string {
  return message?.replace(/^Invalid input: /, '').replace(/, received .*$/s, '') ?? 'a valid value'
}

function unknownKeys(params: unknown): string | undefined {
  return (params as { readonly keys?: readonly string[] } | undefined)?.keys?.[0]
}

function at(value: unknown, steps: readonly string[]): unknown {
  let node = value
  for (const step of steps)
    node = typeof node === 'object' && node !== null && Object.hasOwn(node, step) ? (node as Record<string, unknown>)[step] : undefined
  return node
}

function notFound(app: FastifyInstance, { method, url }: FastifyRequest): ApiRefusal {
  const path = url.split('?', 1)[0] ?? url
  const others = (['GET', 'POST'] as const).filter((other) => other !== method && isRoute(app, path, other))
  if (others.length > 0)
    return new ApiRefusal('method_not_allowed', { gate: 'request', field: 'method', seen: method, limit: others.join(', ') })
  return new ApiRefusal('not_found', { gate: 'request', field: 'path', seen: path, limit: 'a path of this API; see /docs' })
}

/** The page's files are served by a wildcard, which is found for every path and says nothing of this one. */
function isRoute(app: FastifyInstance, url: string, method: 'GET' | 'POST'): boolean {
  const found = app.findRoute({ url, method })
  return found !== null && found.params['*'] === undefined
}

function send(reply: FastifyReply, { platform }: Context, refusal: ApiRefusal): FastifyReply {
  if (refusal.httpStatus === 503) void reply.header('retry-after', '1')
  return reply
    .code(refusal.httpStatus)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(failureBody(refusal, platform.driver.durableSeq))
}

/** Bytes that were no HTTP request: no reply object exists, so the answer is written by hand. */
export function answerBrokenRequest(context: Context, error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = new ApiRefusal(CLIENT_CODES[error.code ?? ''] ?? 'invalid_payload', {
    gate: 'request',
    field: 'request',
    seen: error.code ?? 'unreadable',
    limit: 'a well-formed HTTP/1.1 request',
  })
  const body = JSON.stringify(failureBody(refusal, context.platform.driver.durableSeq))
  const head = [
    `HTTP/1.1 ${refusal.httpStatus} Refused`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  // A peer that never closes its side would otherwise hold its place among the connections for ever.
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}
