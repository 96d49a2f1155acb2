/** A log file that is bounded: at `bytesMax` it becomes `<file>.1`, replacing the one before, and a new one begins. A line that cannot be written is lost. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Writable } from 'node:stream'

export function rotatingLog(path: string, bytesMax = 16_777_216): Writable {
  mkdirSync(dirname(path), { recursive: true })
  let bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      try {
        if (bytes > 0 && bytes + chunk.length > bytesMax) {
          renameSync(path, `${path}.1`)
          bytes = 0
        }
        appendFileSync(path, chunk, { mode: 0o600 })
        bytes += chunk.length
      } catch {
        // the platform goes on without its access log: what happened stands in the journal
      }
      done()
    },
  })
}
