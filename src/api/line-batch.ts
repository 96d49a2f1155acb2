/**
 * Lines of a log that say what was served leave together, at most `HELD_MS` late: a write for each costs more than the answer it tells of. What
 * warns leaves at once, with all before it. A process that is killed loses what is held; what happened stands in the journal.
 */
import type { Writable } from 'node:stream'

export interface LineBatch {
  write(line: string): void
  /** What is held goes now. */
  flush(): void
}

const HELD_MS = 50
const HELD_MAX = 65_536
/** How pino begins a line of level info. */
const INFO = '{"level":30,'

export function lineBatch(to: Writable): LineBatch {
  let held = ''
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (held === '') return
    const lines = held
    held = ''
    to.write(lines)
  }
  return {
    flush,
    write(line) {
      held += line
      if (!line.startsWith(INFO) || held.length > HELD_MAX) flush()
      else timer ??= setTimeout(flush, HELD_MS).unref()
    },
  }
}
