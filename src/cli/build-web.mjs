/**
 * Builds the page and the widget when their sources are not those they were built from: `ensureWebBuilt` and `ensureWidgetBuilt` for
 * `ballast start`, and as a command (`npm run build:web`). "Those" is a SHA-256 over names and contents of everything the build reads, kept in
 * `<dist>/.digest`; times of files prove nothing after a checkout. The digest is written last, so that a build cut off is built again.
 * Plain JavaScript and no dependency until there is something to build, so that a start with fresh files costs a few milliseconds.
 */
import { createHash } from 'node:crypto'
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const SHARED = ['src/api/contract*.ts', 'src/{units,base,domain}/**/*.ts', 'package-lock.json']
const NOT_READ = /(^|[\\/])(dist|fixtures)[\\/]|\.(test|fixture)\.tsx?$/
/** One folder is one thing to build; the widget is three bundles: with everything inside, for pages that have React, and its test kit. */
const PAGE = { folder: 'web', what: 'the page', modes: ['production'] }
const WIDGET = {
  folder: 'widget',
  what: 'the widget',
  modes: ['element', 'react', 'kit'],
  beside: [
    ['example', 'example'],
    ['types', '.'],
  ],
}

/**
 * The folder of the built page, or undefined when it could not be built: the reason went to `log`, and the server says so in place of it.
 * @param {{ log?: (line: string) => void, force?: boolean }} [options]
 * @returns {Promise<string | undefined>}
 */
export function ensureWebBuilt(options = {}) {
  return ensureBuilt(PAGE, options)
}

/**
 * The same for the widget: its bundles with their types, and the example page beside them.
 * @param {{ log?: (line: string) => void, force?: boolean }} [options]
 * @returns {Promise<string | undefined>}
 */
export function ensureWidgetBuilt(options = {}) {
  return ensureBuilt(WIDGET, options)
}

async function ensureBuilt({ folder, what, modes, beside = [] }, { log = () => {}, force = false }) {
  const dist = join(root, folder, 'dist')
  const digest = sourceDigest(folder)
  if (!force && builtFrom(dist) === digest) return dist
  log(`building ${what}`)
  try {
    rmSync(join(dist, '.digest'), { force: true })
    const { build } = await import('vite')
    const configFile = join(root, folder, 'vite.config.ts')
    for (const mode of modes) await build({ root: join(root, folder), configFile, mode, logLevel: 'error' })
    mkdirSync(dist, { recursive: true })
    for (const [from, to] of beside) cpSync(join(root, folder, from), join(dist, to), { recursive: true })
    compress(dist)
    writeFileSync(join(dist, '.digest'), digest)
    return dist
  } catch (error) {
    log(`${what} could not be built: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

/** Each text beside itself in the two forms that browsers ask for, so that nothing is compressed while somebody waits. */
function compress(dist) {
  for (const name of globSync('**/*.{js,css,html,svg}', { cwd: dist })) {
    const file = join(dist, name)
    const content = readFileSync(file)
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
    writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
  }
}

function sourceDigest(folder) {
  const hash = createHash('sha256')
  const sources = [`${folder}/**/*.{ts,tsx,css,html,svg,json,js}`, ...SHARED]
  const files = globSync(sources, { cwd: root, exclude: (name) => name === 'dist' || name === 'node_modules' })
  for (const file of files.filter((name) => !NOT_READ.test(name)).sort()) {
    const content = readFileSync(join(root, file))
    hash.update(`${file.replaceAll('\\', '/')}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function builtFrom(dist) {
  try {
    return readFileSync(join(dist, '.digest'), 'utf8')
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = { log: (line) => process.stderr.write(`${line}\n`), force: process.argv.includes('--force') }
  const folders = [await ensureWebBuilt(options), await ensureWidgetBuilt(options)]
  if (folders.includes(undefined)) process.exitCode = 1
}
