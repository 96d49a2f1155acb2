/**
 * Builds the page when its sources are not those it was built from: `ensureWebBuilt` for `ballast start`, and as a command
 * (`npm run build:web`). "Those" is a SHA-256 over names and contents of everything the build reads, kept in `web/dist/.digest`; times of
 * files prove nothing after a checkout. The digest is written last, so that a build cut off is built again. Plain JavaScript and no
 * dependency until there is something to build, so that a start with a fresh page costs a few milliseconds.
 */
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const dist = join(root, 'web', 'dist')
const SOURCES = ['web/**/*.{ts,tsx,css,html,svg,json}', 'src/api/contract*.ts', 'src/{units,base,domain}/**/*.ts', 'package-lock.json']
const NOT_READ = /(^|[\\/])(dist|fixtures)[\\/]|\.(test|fixture)\.tsx?$/

/**
 * The folder of the built page, or undefined when it could not be built: the reason went to `log`, and the server says so in place of it.
 * @param {{ log?: (line: string) => void, force?: boolean }} [options]
 * @returns {Promise<string | undefined>}
 */
export async function ensureWebBuilt({ log = () => {}, force = false } = {}) {
  const digest = sourceDigest()
  if (!force && builtFrom() === digest) return dist
  log('building the page')
  try {
    rmSync(join(dist, '.digest'), { force: true })
    const { build } = await import('vite')
    await build({ root: join(root, 'web'), configFile: join(root, 'web', 'vite.config.ts'), logLevel: 'error' })
    mkdirSync(dist, { recursive: true })
    writeFileSync(join(dist, '.digest'), digest)
    return dist
  } catch (error) {
    log(`the page could not be built: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

function sourceDigest() {
  const hash = createHash('sha256')
  const files = globSync(SOURCES, { cwd: root, exclude: (name) => name === 'dist' || name === 'node_modules' })
  for (const file of files.filter((name) => !NOT_READ.test(name)).sort()) {
    const content = readFileSync(join(root, file))
    hash.update(`${file.replaceAll('\\', '/')}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function builtFrom() {
  try {
    return readFileSync(join(dist, '.digest'), 'utf8')
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = await ensureWebBuilt({ log: (line) => process.stderr.write(`${line}\n`), force: process.argv.includes('--force') })
  if (folder === undefined) process.exitCode = 1
}
