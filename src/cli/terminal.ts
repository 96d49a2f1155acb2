/** Words to the person at the terminal. Answers go to stdout, everything else to stderr, so that `--json | jq` sees JSON alone. */
export interface Terminal {
  answer(text: string): void
  note(text: string): void
  /** One line that replaces itself on a terminal; silent elsewhere. Empty: the line is done. */
  progress(text: string): void
}

export function processTerminal(): Terminal {
  let isShown = false
  if (!process.stdout.listeners('error').includes(ignoreClosedPipe)) process.stdout.on('error', ignoreClosedPipe)
  const clear = (): void => {
    if (isShown) process.stderr.write('\r\u001b[K')
    isShown = false
  }
  return {
    answer: (text) => {
      clear()
      process.stdout.write(`${text}\n`)
    },
    note: (text) => {
      clear()
      process.stderr.write(`${text}\n`)
    },
    progress: (text) => {
      if (!process.stderr.isTTY) return
      clear()
      if (text === '') return
      process.stderr.write(text.slice(0, (process.stderr.columns || 80) - 1))
      isShown = true
    },
  }
}

/** `ballast verify … | head` closes the pipe early; that is the reader's wish, not a failure. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
