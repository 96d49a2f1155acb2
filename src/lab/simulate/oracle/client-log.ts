/**
 * What clients were told, as they wrote it down (I10): an answer is released only when its command, and a final answer's result, are
 * durable; what was told once is told again, byte for byte, whatever happened to the process in between.
 */
import type { Json } from '#topics/schema.ts'
import type { CommandAnswer } from '#runtime/command-desk.ts'
import type { DurableModel } from './durable-model.ts'
import type { VenueModel } from './venue-model.ts'
import type { Verdict } from './verdict.ts'

export interface Wish {
  readonly account: string
  readonly route: string
  readonly key: string
  readonly type: string
  readonly params: Readonly<Record<string, Json>>
}
interface Told {
  readonly wish: Wish
  readonly commandIds: Set<string>
  final: string | undefined
}

export class ClientLog {
  readonly #verdict: Verdict
  readonly #durable: DurableModel
  readonly #venue: VenueModel
  readonly #told = new Map<string, Told>()

  constructor(verdict: Verdict, durable: DurableModel, venue: VenueModel) {
    this.#verdict = verdict
    this.#durable = durable
    this.#venue = venue
  }

  answered(wish: Wish, { commandId, httpStatus, answer, asOfSeq, final }: CommandAnswer): void {
    if (httpStatus === 409) return
    const verdict = this.#verdict
    verdict.check(this.#durable.commands.has(commandId), 'I10', () => `command ${commandId} is answered before it is durable`)
    const told = this.#of(wish)
    told.commandIds.add(commandId)
    verdict.check(told.commandIds.size === 1, 'I10', () => `key ${wish.key} is answered for ${[...told.commandIds].join(' and ')}`)
    if (!final) {
      verdict.check(told.final === undefined, 'I10', () => `key ${wish.key} had its final answer and is pending again`)
      return
    }
    verdict.check(this.#durable.answers.has(commandId), 'I10', () => `the final answer of ${commandId} is given before it is durable`)
    const text = JSON.stringify([httpStatus, asOfSeq, answer])
    verdict.check((told.final ?? text) === text, 'I10', () => `key ${wish.key} got ${told.final ?? ''}, now ${text}`)
    told.final = text
  }

  /** After every start: all that was told is still there. */
  checkSurvival(): void {
    for (const { wish, commandIds, final } of this.#told.values()) {
      for (const id of commandIds) {
        this.#verdict.check(this.#durable.commands.has(id), 'I10', () => `command ${id} (key ${wish.key}) was acknowledged and is gone`)
        if (final !== undefined)
          this.#verdict.check(this.#durable.answers.has(id), 'I10', () => `the answer to ${id} was given and is gone`)
      }
      this.#venue.sameWish([...commandIds])
    }
  }

  /** Wishes that have their final answer, to be repeated. */
  settled(): readonly Wish[] {
    return [...this.#told.values()].filter(({ final }) => final !== undefined).map(({ wish }) => wish)
  }

  isSettled(wish: Wish): boolean {
    return this.#of(wish).final !== undefined
  }

  #of(wish: Wish): Told {
    const scope = `${wish.account} ${wish.route} ${wish.key}`
    const known = this.#told.get(scope)
    if (known !== undefined) return known
    const fresh = { wish, commandIds: new Set<string>(), final: undefined }
    this.#told.set(scope, fresh)
    return fresh
  }
}
