/**
 * What is on the medium for good, seen from the outside: it reads the bytes that go to the disk and believes a sync only when the disk says so.
 * It knows nothing of the writer. Orders with a durable approval, commands, and final answers are kept by id.
 */
import type { DeviceResult, JournalDevice, Piece } from '#engine/journal/device.ts'
import { decodeFrame, isFault, recordsOf } from '#engine/journal/frame.ts'
import type { JournalRecord } from '#engine/journal/record.ts'
import type { SimulatedDisk } from '#sim/simulated-disk.ts'
import { nodeText } from '#store/node-crypto.ts'
import { CRYPTO } from '../machine/medium.ts'

export class DurableModel {
  #dirty: JournalRecord[] = []
  /** Approved orders by id, as they were written. */
  readonly orders = new Map<string, string>()
  readonly commands = new Set<string>()
  /** Final answers by command. */
  readonly answers = new Map<string, string>()

  wrote(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes, 0, CRYPTO)
    if (!isFault(frame) && frame.type === 'records') this.#dirty.push(...recordsOf(frame, nodeText))
  }

  synced(): void {
    for (const record of this.#dirty) this.#keep(record)
    this.#dirty = []
  }

  forgetUnsynced(): void {
    this.#dirty = []
  }

  /** After a start: what it found is what there is. */
  rebuild(records: readonly JournalRecord[]): void {
    this.#dirty = []
    for (const set of [this.orders, this.commands, this.answers]) set.clear()
    for (const record of records) this.#keep(record)
  }

  #keep({ kind, text }: JournalRecord): void {
    if (kind !== 'decision' && kind !== 'input') return
    const topic = /"topic":"([a-z_]+)"/.exec(text)?.[1]
    if (topic !== 'hedge_trades' && topic !== 'commands' && topic !== 'command_results') return
    const { body } = JSON.parse(text) as {
      readonly body: { readonly orderId: string; readonly commandId: string; readonly final?: boolean; readonly answer?: unknown }
    }
    if (topic === 'hedge_trades') this.orders.set(body.orderId, JSON.stringify(body))
    else if (topic === 'commands') this.commands.add(body.commandId)
    else if (body.final === true) this.answers.set(body.commandId, JSON.stringify(body.answer))
  }
}

/** The disk, with somebody looking over its shoulder. */
export class WatchedDisk implements JournalDevice {
  readonly isAtomic = false
  readonly #disk: SimulatedDisk
  readonly #model: DurableModel

  constructor(disk: SimulatedDisk, model: DurableModel) {
    this.#disk = disk
    this.#model = model
  }

  segments(): readonly number[] {
    return this.#disk.segments()
  }

  read(segment: number, at: number): Piece | undefined {
    return this.#disk.read(segment, at)
  }

  append(bytes: Uint8Array): DeviceResult {
    const result = this.#disk.append(bytes)
    if (result === 'ok') this.#model.wrote(bytes)
    return result
  }

  sync(): DeviceResult {
    const result = this.#disk.sync()
    if (result === 'ok') this.#model.synced()
    else this.#model.forgetUnsynced()
    return result
  }

  truncate(at: number): DeviceResult {
    this.#model.forgetUnsynced()
    return this.#disk.truncate(at)
  }

  rotate(segment: number): DeviceResult {
    return this.#disk.rotate(segment)
  }
}
