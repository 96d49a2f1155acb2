/** Runs a writer over a device that answers at once, until there is nothing left to do. Hosts that answer later call `next` and `complete` themselves. */
import type { DeviceResult, JournalDevice } from './device.ts'
import type { DeviceOp, JournalWriter, WriterEvent } from './writer.ts'

export function drive(writer: JournalWriter, device: JournalDevice, onEvent: (event: WriterEvent) => void): void {
  for (let op = writer.next(); op !== undefined; op = writer.next()) {
    const event = writer.complete(perform(op, device))
    if (event !== undefined) onEvent(event)
  }
}

export function perform(op: DeviceOp, device: JournalDevice): DeviceResult {
  if (op.op === 'append') return device.append(op.bytes)
  if (op.op === 'sync') return device.sync()
  if (op.op === 'truncate') return device.truncate(op.at)
  return device.rotate(op.segment)
}
