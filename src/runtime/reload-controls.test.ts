/** The risk controls' file: found, read, refused with near misses; reloaded into a running engine, the last good one kept. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import assert from 'node:assert/strict'
import type { Offer } from '#engine/driver.ts'
import { command, february, finalAnswers, protectionBench, QUOTE_PARAMS } from '#stages/protection/protection.fixture.ts'
import type { BodyOf } from '#topics/registry.ts'
import { layerOf, resolveConfig, ConfigError } from './config.ts'
import type { ConfigLayer, ResolvedConfig } from './config.ts'
import { reloadControls, watchControls } from './reload-controls.ts'
import type { ReloadOptions } from './reload-controls.ts'
import { findRiskControls, readRiskControls } from './risk-controls-file.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-controls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
function resolved(path: string, ...above: ConfigLayer[]): ResolvedConfig {
  const { layer, problems } = readRiskControls(path)
  if (problems.length > 0) throw new ConfigError(problems)
  return resolveConfig([...(layer === undefined ? [] : [layer]), ...above])
}
const leafOf = (config: ResolvedConfig, path: string): unknown =>
  config.leaves
    .filter((leaf) => leaf.path === `components.protection/quotes.riskControls.${path}`)
    .map(({ value, source }) => [value, source])[0]

test('[C-72] the stated file, else the one here under either name, else the one of the package', (t) => {
  const folder = folderOf(t)
  assert.match(findRiskControls(undefined, folder) ?? '', /config[/\\]risk-controls\.json$/)
  mkdirSync(join(folder, 'config'))
  writeFileSync(join(folder, 'config', 'risk_controls.json'), '{}')
  assert.equal(findRiskControls(undefined, folder), join(folder, 'config', 'risk_controls.json'))
  writeFileSync(join(folder, 'config', 'risk-controls.json'), '{}')
  assert.equal(findRiskControls(undefined, folder), join(folder, 'config', 'risk-controls.json'))
  assert.equal(findRiskControls('stated.json', folder), 'stated.json')
})

test('[C-72] [Y-10] the file of the product resolves; what a flag states wins; each value names its source', () => {
  const path = findRiskControls(undefined, 'nowhere') ?? ''
  const config = resolved(path, layerOf('flag --set', [{ path: 'protection/quotes.riskControls.subsidy_daily_cap_usdc', value: '3000' }]))
  assert.deepEqual(leafOf(config, 'subsidy_daily_cap_usdc'), ['"3000"', 'flag --set'])
  assert.deepEqual(leafOf(config, 'max_leverage_by_tier.Silver'), [10, path])
})

test('[C-72] all that is wrong at once: unknown keys with the name that was meant, values with their range, tiers that do not exist', (t) => {
  const path = join(folderOf(t), 'c.json')
  const problemsOf = (text: string): readonly string[] => {
    writeFileSync(path, text)
    const { layer, problems } = readRiskControls(path)
    const found = problems.map(({ field, limit }) => `${field}: ${limit}`)
    try {
      if (layer !== undefined) resolveConfig([layer])
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      found.push(
        ...error.problems.map(
          ({ field, limit, source }) => `${field.split('riskControls.')[1]}: ${limit}${source === path ? '' : ` (${source})`}`,
        ),
      )
    }
    return found
  }
  assert.deepEqual(problemsOf('{"max_leverag": 5, "premium_floor_ratio": 2, "subsidy_daily_cap_usdc": -1}'), [
    'max_leverag: did you mean max_leverage?',
    'subsidy_daily_cap_usdc: expected an amount of USDC of at least 0',
    'premium_floor_ratio: expected a fraction from 0 to 1, or one each for low, normal and high',
  ])
  assert.deepEqual(problemsOf('{"min_fee_usdc_by_tier": {"Bronz": 20}}'), [
    'min_fee_usdc_by_tier.Bronz: expected a tier; did you mean Bronze?',
  ])
  assert.match(problemsOf('{"max_leverage": 5')[0] ?? '', /: JSON$/)
  assert.match(problemsOf('[]')[0] ?? '', /: a JSON object$/)
})

interface Running {
  readonly options: ReloadOptions
  readonly offered: BodyOf<'config_changed'>[]
  readonly logged: string[]
  write(text: string): void
}
function running(t: TestContext): Running {
  const path = join(folderOf(t), 'risk-controls.json')
  const write = (text: string): void => writeFileSync(path, text)
  write('{}')
  let config = resolved(path)
  const offered: BodyOf<'config_changed'>[] = []
  const logged: string[] = []
  const options: ReloadOptions = {
    path,
    resolve: () => resolved(path),
    current: () => config,
    take: (next) => void (config = next),
    offer: ({ topic, body }: Offer) => {
      assert.equal(topic, 'config_changed')
      offered.push(body as BodyOf<'config_changed'>)
    },
    log: (line) => logged.push(line),
    everyMs: 20,
  }
  return { options, offered, logged, write }
}

test('[Y-10] a changed file enters the engine whole; the same one does not; a bad one leaves the last good and is told', (t) => {
  const { options, offered, logged, write } = running(t)
  const on = protectionBench()
  february(on)
  const fee = (id: string): unknown => finalAnswers(on.feed(0, 'accepted_commands', command('quote', QUOTE_PARAMS, id)))[0]?.['feeUsdc']
  const reload = (): string => {
    const outcome = reloadControls(options)
    for (const body of offered.splice(0)) on.feed(0, 'config_changed', body)
    return outcome
  }
  assert.deepEqual([reload(), fee('q1')], ['same', '598.4'])
  write('{"premium_markup_pct_by_tier": {"Bronze": 0.05}}')
  const digestBefore = options.current().digest
  assert.deepEqual([reload(), fee('q2')], ['changed', '627'])
  assert.notEqual(options.current().digest, digestBefore)
  assert.deepEqual(leafOf(options.current(), 'premium_markup_pct_by_tier.Bronze'), ['"0.05"', options.path])
  const good = options.current()
  write('{"premium_markup_pct_by_tier": {"Bronze": 5}}')
  const outcome = reloadControls(options)
  const [refused] = offered
  assert.deepEqual([outcome, refused?.configDigest], ['refused', good.digest])
  assert.deepEqual(
    refused?.problems?.map(({ field, seen }) => [field.split('.').slice(-2).join('.'), seen]),
    [['premium_markup_pct_by_tier.Bronze', '5']],
  )
  assert.match(logged.at(-1) ?? '', /is not used, the last good controls stay/)
  for (const body of offered.splice(0)) on.feed(0, 'config_changed', body)
  assert.equal(fee('q3'), '627')
  write('{}')
  assert.deepEqual([reload(), fee('q4')], ['changed', '598.4'])
})

test('[Y-10] what else changed meanwhile stays as it runs: only the controls are taken', (t) => {
  const { options, offered, write } = running(t)
  write('{"ctc_enabled": true}')
  const other = layerOf('file', [{ path: 'protection/quotes.quoteTtlMs', value: 1 }])
  assert.equal(reloadControls({ ...options, resolve: () => resolved(options.path, other) }), 'changed')
  const section = (offered[0]?.config as Record<string, Record<string, unknown>> | undefined)?.['protection/quotes'] ?? {}
  assert.deepEqual([section['quoteTtlMs'], (section['riskControls'] as Record<string, unknown>)['ctc_enabled']], [30_000, true])
})

test('[AN-08] thresholds of the regime of volatility reach the component that judges the regime', (t) => {
  const { options, offered, write } = running(t)
  write('{"fee_iv_regime_thresholds": {"low": 0.3, "high": 0.6}}')
  assert.equal(reloadControls(options), 'changed')
  const section = (offered[0]?.config as Record<string, Record<string, unknown>> | undefined)?.['analysis/volatility'] ?? {}
  assert.deepEqual(section['ivRegimeThresholds'], { low: 0.3, high: 0.6 })
})

test('[Y-10] the file is looked at while the platform runs, until it stops', async (t) => {
  const { options, write } = running(t)
  const changed = new Promise<BodyOf<'config_changed'>>((resolve) => {
    const stop = watchControls({
      ...options,
      offer: ({ body }) => {
        stop()
        resolve(body as BodyOf<'config_changed'>)
      },
    })
  })
  write('{"ctc_enabled": true}')
  let seconds = 0
  // touched until it is seen: the first look may come after the first change
  const touching = setInterval(() => utimesSync(options.path, new Date(), new Date(1_800_000_000_000 + 1_000 * seconds++)), 50)
  const { configDigest } = await changed
  clearInterval(touching)
  assert.equal(configDigest, options.current().digest)
})
