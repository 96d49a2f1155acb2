/** The types beside the bundles: a partner's page compiles against the built files, wrong uses do not, and types and bundles name the same things. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ensureWidgetBuilt } from '#cli/build-web.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BUNDLES = ['ballast-protection-react', 'ballast-source-kit', 'ballast-widget'] as const

test('[UI-01] [UI-03] a partner’s page compiles against what is served, wrong props and sources do not, and the sources say the same', async () => {
  assert.notEqual(await ensureWidgetBuilt(), undefined, 'the widget builds')
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const project = join(ROOT, 'widget/fixtures/types/tsconfig.json')
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', project], { cwd: ROOT }).catch(
    (error: unknown) => error as { stdout: string },
  )
  assert.equal(stdout, '')
})

test('[UI-01] the types stand beside their bundles and name what those export', async () => {
  const dist = (await ensureWidgetBuilt()) ?? ''
  for (const name of BUNDLES) {
    const types = readFileSync(join(dist, `${name}.d.ts`), 'utf8')
    const declared = [...types.matchAll(/^export declare \w+ (\w+)/gm)].map(([, found]) => found)
    const [, list = ''] = /export\s*\{([^}]*)\}\s*;?\s*$/.exec(readFileSync(join(dist, `${name}.js`), 'utf8')) ?? []
    const exported = list
      .split(',')
      .map((one) => one.trim().split(' as ').at(-1) ?? '')
      .filter((one) => /^(?:[A-Z]\w+|position\w+)$/.test(one))
    for (const one of declared) assert.ok(exported.includes(one ?? ''), `${name} exports ${one}: ${list}`)
  }
})
