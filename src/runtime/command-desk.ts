/**
 * Answers commands. A command becomes an event; its answer is what the engine made of it, released once durable. When the final outcome
 * takes longer than the caller waits (2 s unless said otherwise), the answer is `pending` and the final one stands at
 * `GET /commands/:id`. A repeat of a key gets the first answer with the first `asOfSeq`, byte for byte; another body under the key is a
 * conflict.
 */
import { hash, randomUUID } from 'node:crypto'
import { canonicalJson } from '#base/canonical-json.ts'
import type { AccountId, CommandId } from '#domain/order.ts'
import { answerOf, commandGate } from '#engine/command-gate.ts'
import type { CommandGateState, StoredAnswer } from '#engine/command-gate.ts'
import type { Driver } from '#engine/driver.ts'
import type { EventOf } from '#engine/component.ts'
import type { StepReport } from '#engine/engine.ts'
import type { Json } from '#topics/schema.ts'

export interface CommandRequest {
  readonly account: string
  readonly route: string
  readonly key: string | undefined
  /** Where no key was sent: what names the same wish. A refusal that says until when the wish may be sent again does not use it up. */
  readonly naturalKey?: string | undefined
  readonly type: string
  readonly params: Json
  readonly waitMs?: number
  /** Told the final answer as soon as there is one and before it is durable, for work that need not wait; nothing may leave on it. */
  readonly onAnswer?: ((answer: Json) => void) | undefined
}
/** A command with the account it was sent for. */
export interface OwnedAnswer {
  readonly account: string
  readonly answer: CommandAnswer
}
export interface CommandAnswer {
  readonly commandId: string
  readonly httpStatus: number
  readonly answer: Json
  readonly asOfSeq: number
  readonly final: boolean
}

/** What it needs of the driver: to put a command in, to read, to wait for durability. */
export type DeskDriver = Pick<Driver, 'engine' | 'offer' | 'whenDurable'>

interface Waiter {
  readonly wanted: CommandId
  readonly resolve: (stored: StoredAnswer | undefined) => void
}
const WAIT_MS = 2_000

export class CommandDesk {
  readonly #driver: DeskDriver
  readonly #newId: () => string
  readonly #waiters = new Set<Waiter>()
  readonly #repeats = new Map<string, { readonly first: CommandId; readonly conflict: boolean; readonly seq: number }>()
  readonly #poisoned = new Map<string, string>()
  /** The command whose step is running, and the first final answer it was given there. */
  #submitting: CommandId | undefined
  #first: StoredAnswer | undefined

  /** Command ids must never come twice; the whole-system simulation, which has to repeat itself, brings its own. */
  constructor(driver: DeskDriver, newId: () => string = randomUUID) {
    this.#driver = driver
    this.#newId = newId
  }

  /** To be called with every step of the driver. */
  observe(report: StepReport): void {
    for (const event of report.decisions) {
      if (event.topic === 'command_repeats') {
        const { commandId, firstCommandId, conflict } = event.body
        this.#repeats.set(commandId, { first: firstCommandId, conflict, seq: event.seq })
      }
      if (event.topic === 'command_results' && event.body.final) this.#heard(event)
    }
  }

  poisoned(commandId: string, error: string): void {
    this.#poisoned.set(commandId, error)
  }

  async submit({ account, route, type, params, waitMs = WAIT_MS, onAnswer, ...named }: CommandRequest): Promise<CommandAnswer> {
    const key = named.key ?? openKey(this.#gate(), { ...named, account, route })
    const commandId = this.#newId() as CommandId
    const bodyHash = hash('sha256', canonicalJson({ type, params }))
    const body = { commandId, account: account as AccountId, route, key: key ?? commandId, bodyHash, type, params }
    this.#submitting = commandId
    this.#first = undefined
    this.#driver.offer({ topic: 'commands', key: account, source: 'api', body })
    const first = this.#first as StoredAnswer | undefined
    const acceptedSeq = this.#driver.engine.seq
    const failed = this.#poisoned.get(commandId)
    if (failed !== undefined) return this.#failed(commandId, failed)
    const repeat = this.#repeats.get(commandId)
    this.#repeats.delete(commandId)
    if (repeat?.conflict === true) return this.#conflict(repeat.first, repeat.seq, key)
    const final = first === undefined ? this.#final(repeat?.first ?? commandId, waitMs) : Promise.resolve(first)
    return this.#outcome(repeat?.first ?? commandId, acceptedSeq, final, onAnswer)
  }

  /** The state of a command for `GET /commands/:id`; undefined when the id is not known (any more). */
  lookup(commandId: string): OwnedAnswer | undefined {
    const entry = this.#gate().byId.get(commandId as CommandId)
    if (entry === undefined) return undefined
    const { stored, final } = answerOf(this.#gate(), commandId as CommandId)
    return { account: entry.account, answer: render(commandId, stored, final, this.#driver.engine.seq) }
  }

  async #outcome(
    commandId: CommandId,
    acceptedSeq: number,
    final: Promise<StoredAnswer | undefined>,
    onAnswer: CommandRequest['onAnswer'],
  ): Promise<CommandAnswer> {
    const stored = await final
    const found = stored === undefined ? answerOf(this.#gate(), commandId) : { final: true, stored }
    const answer = render(commandId, found.stored, found.final, acceptedSeq)
    if (answer.final) onAnswer?.(answer.answer)
    await this.#driver.whenDurable(answer.asOfSeq)
    return answer
  }

  #final(commandId: CommandId, waitMs: number): Promise<StoredAnswer | undefined> {
    const now = answerOf(this.#gate(), commandId)
    if (now.final || waitMs <= 0) return Promise.resolve(now.final ? now.stored : undefined)
    return new Promise((resolve) => {
      const waiter: Waiter = {
        wanted: commandId,
        resolve: (stored) => {
          clearTimeout(timer)
          this.#waiters.delete(waiter)
          resolve(stored)
        },
      }
      const timer = setTimeout(() => waiter.resolve(undefined), waitMs)
      this.#waiters.add(waiter)
    })
  }

  /** The answer as it was given: the gate has its text, and reading that again would make the same. */
  #heard({ seq, body: { commandId, httpStatus, answer } }: EventOf<'command_results'>): void {
    const stored = { seq, httpStatus, answer }
    if (commandId === this.#submitting) this.#first ??= stored
    for (const waiter of this.#waiters) if (waiter.wanted === commandId) waiter.resolve(stored)
  }

  async #conflict(first: CommandId, seq: number, key: string | undefined): Promise<CommandAnswer> {
    await this.#driver.whenDurable(seq)
    const explanation = {
      gate: 'idempotency',
      code: 'idempotency_conflict',
      field: 'Idempotency-Key',
      seen: key ?? null,
      limit: `the body of command ${first}`,
      cause: seq,
    }
    return {
      commandId: first,
      httpStatus: 409,
      answer: { status: 'error', reason: 'idempotency_conflict', explanation },
      asOfSeq: seq,
      final: true,
    }
  }

  #failed(commandId: string, error: string): CommandAnswer {
    this.#poisoned.delete(commandId)
    const seq = this.#driver.engine.seq
    const explanation = {
      gate: 'engine',
      code: 'poisoned_input',
      field: 'command',
      seen: error,
      limit: 'an input the engine can handle',
      cause: seq,
    }
    return { commandId, httpStatus: 500, answer: { status: 'error', reason: 'poisoned_input', explanation }, asOfSeq: seq, final: true }
  }

  #gate() {
    return this.#driver.engine.stateOf(commandGate)
  }
}

/** The key a wish has by nature, as often as it was refused for a while only. */
function openKey(gate: CommandGateState, { account, route, naturalKey }: Omit<CommandRequest, 'type' | 'params'>): string | undefined {
  const keys = gate.byKey.get(account)?.get(route)
  let key = naturalKey
  for (let refused = 1; key !== undefined; refused++) {
    const before = keys?.get(key)
    const { stored } = before === undefined ? {} : answerOf(gate, before)
    if (!mayBeSentAgain(stored?.answer)) break
    key = `${naturalKey} after ${refused} refused`
  }
  return key
}

function mayBeSentAgain(answer: Json | undefined): boolean {
  return typeof answer === 'object' && answer !== null && 'retryUntil' in answer
}

function render(commandId: string, stored: StoredAnswer | undefined, final: boolean, acceptedSeq: number): CommandAnswer {
  if (stored === undefined)
    return { commandId, httpStatus: 202, answer: { status: 'pending', commandId }, asOfSeq: acceptedSeq, final: false }
  return { commandId, httpStatus: stored.httpStatus, answer: stored.answer, asOfSeq: stored.seq, final }
}
