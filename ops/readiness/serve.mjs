/**
 * `ballast start` that does not outlive the script it was started by: `node serve.mjs <parent pid> <folder> [flags]`. Where the script was killed, the
 * server stops and the script's folder is removed for it.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const LOOK_EVERY_MS = 1_000
const [parent, folder = '', ...flags] = process.argv.slice(2)
let isOrphan = false
const ballast = fileURLToPath(new URL('../../bin/ballast.mjs', import.meta.url))
const server = spawn(process.execPath, [ballast, 'start', ...flags], { stdio: 'inherit' })
const stop = () => server.kill('SIGTERM')

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
server.on('exit', (code) => {
  if (isOrphan && folder !== '') rmSync(folder, { recursive: true, force: true })
  process.exit(code ?? 1)
})
setInterval(() => {
  try {
    process.kill(Number(parent), 0)
  } catch {
    isOrphan = true
    stop()
  }
}, LOOK_EVERY_MS).unref()
