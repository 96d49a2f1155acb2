/** HTTP as a client of the platform sees it: keep-alive, the raw bytes of the answer; undefined when the connection broke. */
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Wish } from './acknowledgements.ts'

export interface Answer {
  readonly status: number
  readonly text: string
  /** The journaled command; absent where the call was turned away at the door. */
  readonly commandId: string | undefined
}

/** How long a machine may be too busy for anything to be taken. */
const PATIENCE_MS = 60_000

export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #base: URL

  constructor(base: URL) {
    this.#base = base
  }

  post({ key, path, body }: Wish): Promise<Answer | undefined> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key, 'content-length': Buffer.byteLength(body) }
    return this.#send('POST', path, headers, body)
  }

  /** Posts again, as a client would, while the engine says that it is behind and has taken nothing. */
  async postWhenReady(wish: Wish): Promise<Answer | undefined> {
    for (const end = performance.now() + PATIENCE_MS; ; await pause(100)) {
      const answer = await this.post(wish)
      if (answer?.status !== 503 || performance.now() > end) return answer
    }
  }

  get(path: string): Promise<Answer | undefined> {
    return this.#send('GET', path, {}, undefined)
  }

  close(): void {
    this.#agent.destroy()
  }

  #send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string | number>>,
    body: string | undefined,
  ): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      const sent = request(new URL(path, this.#base), { method, headers, agent: this.#agent }, (response) => {
        const parts: Buffer[] = []
        const { statusCode = 0, headers: told } = response
        const commandId = told['ballast-command-id'] as string | undefined
        response.on('data', (bytes: Buffer) => parts.push(bytes))
        response.on('end', () => resolve({ status: statusCode, text: Buffer.concat(parts).toString(), commandId }))
        response.on('error', () => resolve(undefined))
        response.on('close', () => resolve(undefined))
      })
      sent.on('error', () => resolve(undefined))
      sent.end(body)
    })
  }
}
