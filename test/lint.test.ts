/** The determinism and money rules of `.oxlintrc.json` fire in the folders they are for, and nowhere else. */
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT } from './source-tree.ts'

const CASES: readonly (readonly [file: string, code: string, rule: string | undefined])[] = [
  ['src/engine/a.ts', `export const at = new Date()`, 'no-restricted-globals'],
  ['src/engine/b.ts', `export const wait = (f: () => void): unknown => setTimeout(f, 1)`, 'no-restricted-globals'],
  ['src/stages/risk/c.ts', `export const cwd = process.cwd()`, 'no-restricted-globals'],
  ['src/sim/d.ts', `export const now = performance.now()`, 'no-restricted-globals'],
  ['src/domain/e.ts', `export const text = new Intl.NumberFormat()`, 'no-restricted-globals'],
  ['src/sim/f.ts', `export const x = Math.random()`, 'no-restricted-properties'],
  ['src/base/g.ts', `export const before = (a: string, b: string): number => a.localeCompare(b)`, 'no-restricted-properties'],
  ['src/base/h.ts', `export const text = (a: number): string => a.toLocaleString()`, 'no-restricted-properties'],
  ['src/pipeline.ts', `export const today = Temporal.Now.instant()`, 'no-restricted-properties'],
  ['src/math/i.ts', `export const root = (x: number, y: number): number => x ** y`, 'exact-power'],
  ['src/math/j.ts', `export const root = (x: number): number => Math.pow(x, 0.5)`, 'exact-power'],
  ['src/math/k.ts', `export const square = (x: number): number => x ** 2`, undefined],
  ['src/math/l.ts', `export const scale = 10n ** 18n`, undefined],
  ['src/units/m.ts', `export const half = (x: bigint): number => Number(x) / 2`, 'no-float-money'],
  ['src/stages/ledger/n.ts', `export const cash = (x: string): number => Number.parseFloat(x)`, 'no-float-money'],
  ['src/units/o.ts', `export function toNumber(x: bigint): number {\n  return Number(x)\n}`, undefined],
  ['src/store/p.ts', `export const at = (): number => new Date().getTime() * Math.random()`, undefined],
  ['src/engine/q.test.ts', `export const at = new Date()`, undefined],
  ['src/store/r.ts', `export default 1`, 'no-default-export'],
  ['src/store/s.ts', `export const x: any = 1`, 'no-explicit-any'],
  ['src/store/t.ts', `import { u } from '#store/u.ts'\nexport const t = (): unknown => u`, 'no-cycle'],
  ['src/store/u.ts', `import { t } from './t.ts'\nexport const u = (): unknown => t`, 'no-cycle'],
  ['src/store/v.ts', `const f = async (): Promise<void> => {}\nexport const g = (): void => {\n  f()\n}`, 'no-floating-promises'],
  ['src/store/w.test.ts', `import { test } from 'node:test'\ntest('x', async () => {})`, undefined],
  ['src/store/x.ts', `export const y: string = JSON.parse('1')`, 'no-unsafe-assignment'],
]

const folder = mkdtempSync(join(tmpdir(), 'ballast-lint-'))
after(() => rmSync(folder, { recursive: true }))

function lint(): readonly { readonly filename: string; readonly code: string }[] {
  for (const name of ['.oxlintrc.json', 'package.json', 'tsconfig.json', 'test/lint-rules.mjs'])
    cpSync(join(ROOT, name), join(folder, name))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
  for (const [file, code] of CASES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${code}\n`)
  }
  const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint')
  const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '-f', 'json', 'src'], { cwd: folder, encoding: 'utf8' })
  assert.match(stdout, /"diagnostics"/, stderr)
  return (JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] }).diagnostics
}

const found = lint()
for (const [file, code, rule] of CASES) {
  test(`${rule ?? 'nothing'}: ${file}: ${code.replaceAll('\n', ' ')}`, () => {
    const codes = found
      .filter(({ filename }) => filename.replaceAll('\\', '/') === file)
      .map((diagnostic) => diagnostic.code.replace(/.*\((.*)\)/, '$1'))
    assert.deepEqual([...new Set(codes)], rule === undefined ? [] : [rule])
  })
}
