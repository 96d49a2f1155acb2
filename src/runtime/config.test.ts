/** Layers, sources and digest of the effective configuration, over the platform's own pipeline. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { PIPELINE } from '#pipeline'
import { ConfigError, layerOf, resolveConfig } from './config.ts'
import type { ConfigLayer, ConfigProblem } from './config.ts'
import { readConfigFile } from './config-file.ts'

function problemsOf(...layers: ConfigLayer[]): readonly ConfigProblem[] {
  try {
    resolveConfig(layers)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return []
}

test('[DX-02] defaults are complete: a section for every component, every leaf with its source', () => {
  const { components, host, leaves } = resolveConfig([])
  assert.deepEqual(new Set(Object.keys(components)), new Set(PIPELINE.map(({ name }) => name)))
  assert.deepEqual([host.host, host.port, host.sim.speed], ['127.0.0.1', 4100, 60])
  assert.deepEqual(new Set(leaves.map(({ source }) => source)), new Set(['default']))
})

test('[DX-02] later layers win leaf by leaf, and each leaf names the layer it came from', () => {
  const { host, leaves } = resolveConfig([
    { source: 'file', values: { port: 4200, sim: { seed: '7', speed: 10 } } },
    layerOf('flag', [{ path: 'sim.speed', value: 20 }]),
  ])
  assert.deepEqual([host.port, host.sim.seed, host.sim.speed, host.sim.scenario], [4200, '7', 20, 'calm'])
  const sourceOf = (wanted: string): string | undefined => leaves.find(({ path }) => path === wanted)?.source
  assert.deepEqual(['port', 'sim.seed', 'sim.speed', 'sim.scenario'].map(sourceOf), ['file', 'file', 'flag', 'default'])
})

test('[C-72] unknown keys and wrong values are refused, all at once, each with its source', () => {
  const problems = problemsOf(
    { source: 'file', values: { prot: 1, port: 70_000, components: { 'risk/nothing': {} } } },
    layerOf('flag', [{ path: 'sim.seeed', value: 'x' }]),
  )
  assert.deepEqual(
    problems.map(({ code, field, source }) => [code, field, source]).toSorted((a, b) => a.join().localeCompare(b.join())),
    [
      ['invalid_value', 'port', 'file'],
      ['unknown_key', 'components.risk/nothing', 'default'],
      ['unknown_key', 'prot', 'file'],
      ['unknown_key', 'sim.seeed', 'flag'],
    ],
  )
  assert.match(problems.find(({ field }) => field === 'sim.seeed')?.limit ?? '', /seed, scenario, speed/)
})

test('[DX-02] the digest covers what decides, not where the process listens', () => {
  const plain = resolveConfig([]).digest
  assert.equal(
    resolveConfig([
      layerOf('flag', [
        { path: 'port', value: 1 },
        { path: 'sim.seed', value: 'z' },
      ]),
    ]).digest,
    plain,
  )
  const changed = resolveConfig([layerOf('flag', [{ path: 'admission/market.jumpMax', value: 0.2 }])])
  assert.notEqual(changed.digest, plain)
  assert.equal(changed.leaves.find(({ path }) => path === 'components.admission/market.jumpMax')?.source, 'flag')
})

test('[DX-02] texts of a command line become numbers where numbers are due, and stay texts where texts are', () => {
  const { host, leaves } = resolveConfig([
    layerOf(
      '--set',
      [
        { path: 'sim.seed', value: '7' },
        { path: 'port', value: '0' },
        { path: 'demo', value: '{"leverage":3}' },
      ],
      true,
    ),
  ])
  assert.deepEqual([host.sim.seed, host.port, host.demo.leverage], ['7', 0, 3])
  assert.equal(leaves.find(({ path }) => path === 'demo.leverage')?.source, '--set')
  assert.deepEqual(
    problemsOf(layerOf('--set', [{ path: 'port', value: 'near' }], true)).map(({ field, seen }) => [field, seen]),
    [['port', 'near']],
  )
})

test('[C-72] a key that names the prototype is an unknown key and changes nothing else', () => {
  const values = JSON.parse('{"__proto__": {"port": 1}}') as Record<string, unknown>
  assert.deepEqual(
    problemsOf({ source: 'file', values }).map(({ code, field }) => [code, field]),
    [['unknown_key', '__proto__']],
  )
  assert.equal(problemsOf(layerOf('--set', [{ path: '__proto__.polluted', value: '1' }], true)).length, 1)
  assert.equal('polluted' in {}, false)
})

test('the resolved configuration is frozen', () => {
  const { host, components } = resolveConfig([])
  assert.equal(Object.isFrozen(host.sim) && Object.isFrozen(components) && Object.values(components).every(Object.isFrozen), true)
})

test('[DX-02] a file that is missing, not JSON or not an object is a problem with its name', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'c.json')
  const limitOf = (path: string): string => {
    const read = readConfigFile(path)
    return read.ok ? 'ok' : read.problem.limit
  }
  assert.equal(limitOf(file), 'a file that can be read')
  writeFileSync(file, '{"port": 42')
  assert.equal(limitOf(file), 'JSON')
  writeFileSync(file, '[1]')
  assert.equal(limitOf(file), 'a JSON object')
  writeFileSync(file, '{"port": 4201}')
  const read = readConfigFile(file)
  assert.equal(read.ok && resolveConfig([read.layer]).host.port, 4201)
})
