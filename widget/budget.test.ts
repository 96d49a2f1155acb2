/** The bundles as a page would load them: built from the sources as they stand, within their budget, without anything a page must not get. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ensureWidgetBuilt } from '#cli/build-web.mjs'

const { what: _, ...budget } = JSON.parse(readFileSync(new URL('budget.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, number | string>
>

test('[UI-01] each bundle is within its budget, and the budget leaves no room for a second framework', async () => {
  const dist = (await ensureWidgetBuilt()) ?? ''
  assert.notEqual(dist, '', 'the widget builds')
  for (const [name, most] of Object.entries(budget)) {
    const bytes = gzipSync(readFileSync(join(dist, name)), { level: 9 }).length
    assert.ok(bytes > 5_000 && bytes <= Number(most), `${name} has ${bytes} bytes after gzip, the budget is ${most}`)
  }
})

test('[UI-01] the element’s bundle stands alone; the component’s asks its page for React and nothing else', async () => {
  const dist = (await ensureWidgetBuilt()) ?? ''
  const importsOf = (name: string): readonly string[] =>
    [...readFileSync(join(dist, name), 'utf8').matchAll(/(?:from|import)\s*\(?["'`]([^"'`]+)["'`]/g)].map(([, from = '']) => from)
  assert.deepEqual(importsOf('ballast-widget.js'), [])
  const react = importsOf('ballast-protection-react.js')
  assert.deepEqual(react.filter((from) => !from.startsWith('./ballast-')).toSorted(), ['react', 'react-dom', 'react/jsx-runtime'])
  assert.deepEqual(importsOf('ballast-source-kit.js'), [])
})

test('[SE-01] no bundle holds a secret, a machine’s path or a foreign host', async () => {
  const dist = (await ensureWidgetBuilt()) ?? ''
  for (const file of globSync('**/*.{js,html,css}', { cwd: dist })) {
    const content = readFileSync(join(dist, file), 'utf8')
    assert.doesNotMatch(content, /bearer|BALLAST_|\/home\/|\/work\/|sourceMappingURL/i, file)
    const hosts = [...content.matchAll(/https?:\/\/([\w.-]+)/g)]
      .map(([, host]) => host)
      .filter((host) => host !== 'www.w3.org' && host !== 'react.dev')
    assert.deepEqual(hosts, [], file)
  }
})
