/**
 * A client that costs little: kept-alive sockets, one request under way on each, the request's bytes made once, of an answer only its
 * status and length read. Runs in a process of its own, so that it takes nothing from the thread of the server but its share of the
 * machine.
 */
import { fork } from 'node:child_process'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

export interface Load {
  readonly port: number
  readonly path: string
  readonly body: string
  readonly connections: number
  readonly requests: number
}
export interface Loaded {
  readonly perSecond: number
  readonly p50Us: number
  readonly p99Us: number
}
export interface LoadClient {
  run(load: Load): Promise<Loaded>
  close(): void
}
type Told = { readonly loaded: Loaded } | { readonly error: string }

const AS_CLIENT = '--http-load'

export function startLoadClient(): LoadClient {
  const child = fork(fileURLToPath(import.meta.url), [AS_CLIENT])
  return {
    run: (load) =>
      new Promise((resolve, reject) => {
        child.once('message', (told) => {
          const said = told as Told
          if ('loaded' in said) resolve(said.loaded)
          else reject(new Error(said.error))
        })
        child.send(load)
      }),
    close: () => void child.kill(),
  }
}

async function run({ port, path, body, connections, requests }: Load): Promise<Loaded> {
  const bytes = Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  const taken = new Float64Array(requests)
  const progress = { sent: 0, done: 0 }
  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, () => converse(port, bytes, taken, progress)))
  const seconds = (performance.now() - started) / 1_000
  const sorted = taken.toSorted()
  const at = (share: number): number => (sorted[Math.floor(share * (requests - 1))] ?? Number.NaN) * 1_000
  return { perSecond: requests / seconds, p50Us: at(0.5), p99Us: at(0.99) }
}

/** One connection: the next request as soon as the last is answered, until all are sent. */
function converse(port: number, bytes: Buffer, taken: Float64Array, progress: { sent: number; done: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    let sentAt = 0
    let heard: Buffer = Buffer.alloc(0)
    const next = (): void => {
      if (progress.sent >= taken.length) return finish(socket, resolve)
      progress.sent++
      sentAt = performance.now()
      socket.write(bytes)
    }
    socket.on('connect', next)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('a connection was closed before its last answer')))
    socket.on('data', (chunk: Buffer) => {
      heard = heard.length === 0 ? chunk : Buffer.concat([heard, chunk])
      const length = answerLength(heard)
      if (length === undefined || heard.length < length) return
      if (!heard.subarray(0, 12).equals(OK)) return reject(new Error(heard.toString('utf8').replace(/[^]*\r\n\r\n/, '')))
      taken[progress.done++] = performance.now() - sentAt
      heard = heard.subarray(length)
      next()
    })
  })
}

const OK = Buffer.from('HTTP/1.1 200')
const HEAD_END = Buffer.from('\r\n\r\n')
const LENGTH = Buffer.from('content-length: ')

/** Of head and body together; undefined while the head is not whole. */
function answerLength(heard: Buffer): number | undefined {
  const end = heard.indexOf(HEAD_END)
  if (end < 0) return undefined
  const at = heard.indexOf(LENGTH)
  return at < 0
    ? undefined
    : end + HEAD_END.length + Number.parseInt(heard.toString('latin1', at + LENGTH.length, at + LENGTH.length + 8), 10)
}

function finish(socket: Socket, resolve: () => void): void {
  socket.destroy()
  resolve()
}

if (process.argv[2] === AS_CLIENT)
  process.on('message', (load) => {
    run(load as Load).then(
      (loaded) => process.send?.({ loaded }),
      (error: unknown) => process.send?.({ error: String(error) }),
    )
  })
