/** Names, values and modes of the environment; nothing here reads the variables of the machine that runs the tests. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { loadEnvironmentFile, readAlertWebhook, readEnvironment, readSealKey, userConfigFolder } from '#env'

test('[DX-02] settings carry their configuration path and the variable they came from', () => {
  const { settings, problems, warnings } = readEnvironment({ PORT: '4200', BALLAST_SEED: '7', HOST: '', PATH: '/bin' })
  assert.deepEqual(settings, [
    { path: 'port', variable: 'PORT', value: 4200 },
    { path: 'sim.seed', variable: 'BALLAST_SEED', value: '7' },
  ])
  assert.deepEqual([problems, warnings], [[], []])
})

test('[DX-02] every wrong value is reported at once, with name, value and limit', () => {
  const { problems } = readEnvironment({ PORT: '70000', BALLAST_SPEED: 'fast', QUOTE_CACHE_TTL_MS: '-1', APP_MODE: 'prod' })
  assert.deepEqual(
    problems.map(({ code, field, seen }) => [code, field, seen]),
    [
      ['invalid_variable', 'PORT', '70000'],
      ['invalid_variable', 'BALLAST_SPEED', 'fast'],
      ['invalid_variable', 'QUOTE_CACHE_TTL_MS', '-1'],
      ['invalid_variable', 'APP_MODE', 'prod'],
    ],
  )
})

test('[C-72] an unknown name is an error under our prefixes only; a near miss elsewhere warns', () => {
  const { problems, warnings } = readEnvironment({
    BALLAST_SPEEED: '2',
    RISK__FOO: '1',
    DERIBIT_PAPPER: 'true',
    HOSTNAME: 'box',
    PORTS: '1',
    SOMETHING_ELSE: '1',
  })
  assert.deepEqual(problems, [
    { code: 'unknown_variable', field: 'BALLAST_SPEEED', seen: 'set', limit: 'did you mean BALLAST_SPEED?' },
    { code: 'unknown_variable', field: 'RISK__FOO', seen: 'set', limit: 'a known variable' },
  ])
  assert.deepEqual(warnings, ['DERIBIT_PAPPER is set; did you mean DERIBIT_PAPER?'])
})

test('[DX-02] every variable the documents print is known and their example values are valid', () => {
  const documented =
    'DERIBIT_ENV=testnet DERIBIT_PAPER=true ALLOW_DERIBIT_PRIVATE_MTM=false QUOTE_CACHE_TTL_MS=4000 RISK_CONTROLS_PATH=./configs/risk_controls.json ' +
    'KAFKA__BOOTSTRAP_SERVERS=localhost:9092 BYBIT__API_KEY=k BYBIT__API_SECRET=s BYBIT__TESTNET=true RISK__LTV_CAUTION_THRESHOLD=0.65 ' +
    'RISK__LTV_CRITICAL_THRESHOLD=0.9 HEDGER__CAUTION_HEDGE_SIZE_BTC=0.02 MAX_LEVERAGE=2.0 KELLY_FRACTION=0.25 CB_VOLATILITY_THRESHOLD=0.60 ' +
    'CATONI_C=2.0 TAU_MU=0.5 PROMETHEUS_PORT=9090 JAEGER_ENDPOINT=http://localhost:14268/api/traces MONGO_URI=mongodb://localhost:27017/crypto-quant'
  const pairs = documented.split(' ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const)
  const { withoutEffect, riskControlsFile, settings, problems } = readEnvironment(Object.fromEntries(pairs))
  assert.deepEqual(problems, [])
  assert.equal(riskControlsFile, './configs/risk_controls.json')
  const used = new Set(['RISK_CONTROLS_PATH', ...settings.map(({ variable }) => variable)])
  assert.deepEqual(new Set(withoutEffect), new Set(pairs.map(([name]) => name).filter((name) => !used.has(name))))
})

test('[DX-02] .env.example names what the platform reads, and says of no variable that it changes nothing when it does', () => {
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
  const assignments = (text: string) =>
    Array.from(text.matchAll(/^(?:# )?([A-Z][A-Z_]+)=(\S*)/gm), ([, name = '', value = '']) => [name, value])
  const [read, idle] = example.split('# Known names whose features').map(assignments)
  assert.ok(read !== undefined && idle !== undefined && read.length > 20)
  const effective = readEnvironment(Object.fromEntries(read))
  assert.deepEqual([effective.problems, effective.warnings, effective.withoutEffect], [[], [], []])
  assert.deepEqual(new Set(readEnvironment(Object.fromEntries(idle)).withoutEffect), new Set(idle.map(([name]) => name)))
})

test('[C-71] what asks for live orders is refused, and what contradicts itself', () => {
  const codes = (variables: Record<string, string>): string[] =>
    readEnvironment(variables).problems.map(({ code, field }) => `${code} ${field}`)
  assert.deepEqual(codes({ APP_MODE: 'production' }), ['mode_not_available APP_MODE'])
  assert.deepEqual(codes({ APP_MODE: 'production', DERIBIT_PAPER: 'true' }), [
    'mode_not_available APP_MODE',
    'mode_contradiction DERIBIT_PAPER',
  ])
  assert.deepEqual(codes({ DERIBIT_ENV: 'live', DERIBIT_PAPER: 'false' }), ['mode_not_available DERIBIT_PAPER with DERIBIT_ENV'])
  assert.deepEqual(codes({ APP_MODE: 'demo', DERIBIT_ENV: 'live', DERIBIT_PAPER: 'false' }), [
    'mode_contradiction DERIBIT_PAPER with DERIBIT_ENV',
  ])
  assert.deepEqual(codes({ APP_MODE: 'demo', DERIBIT_ENV: 'live', DERIBIT_PAPER: 'true' }), [])
})

test('[DX-02] a secret is never repeated, not even a wrong one', () => {
  const { problems } = readEnvironment({ ALERT_WEBHOOK_URL: 'hooks.example/T0KEN' })
  assert.deepEqual(
    problems.map(({ field, seen }) => [field, seen]),
    [['ALERT_WEBHOOK_URL', 'set']],
  )
  const variables = { BALLAST_SEAL_KEY: 'ab'.repeat(32) }
  assert.equal(JSON.stringify(readEnvironment(variables)).includes('abab'), false)
  assert.equal(readSealKey(variables), 'ab'.repeat(32))
  assert.equal(readSealKey({ BALLAST_SEAL_KEY: '' }), undefined)
})

test('[SE-01] a token or key that is too short is refused by name, with its length and the limit, and never repeated', () => {
  const told = (variables: Record<string, string>) => {
    const { problems } = readEnvironment(variables)
    for (const value of Object.values(variables).filter((one) => one !== ''))
      assert.equal(JSON.stringify(problems).includes(value.split(':').at(-1) ?? value), false)
    return problems.map(({ code, field, seen, limit }) => [code, field, seen, limit])
  }
  const limit = '16 to 512 characters'
  const short = 'Hunter-0123-abc' // 15
  assert.deepEqual(told({ BALLAST_ADMIN_TOKEN: short }), [['invalid_variable', 'BALLAST_ADMIN_TOKEN', '15 characters', limit]])
  assert.deepEqual(told({ BALLAST_ADMIN_TOKEN: `${short}d` }), [])
  assert.deepEqual(told({ BALLAST_ADMIN_TOKEN: 'x'.repeat(512) }), [])
  assert.deepEqual(told({ BALLAST_ADMIN_TOKEN: 'x'.repeat(513) }), [['invalid_variable', 'BALLAST_ADMIN_TOKEN', '513 characters', limit]])
  const people = `trader:bo:${short}e,operator:anna:${short}`
  assert.deepEqual(told({ BALLAST_TOKENS: people }), [
    ['invalid_variable', 'BALLAST_TOKENS', '15 characters in the token of operator:anna', limit],
  ])
  assert.deepEqual(told({ BALLAST_TOKENS: `trader:bo:${short}e` }), [])
  assert.deepEqual(
    told({ BALLAST_TOKENS: `boss:bo:${short}e` }).map(([, field, seen]) => [field, seen]),
    [['BALLAST_TOKENS', 'set']],
    'a wrong form is told once',
  )
  assert.deepEqual(told({ BALLAST_GATEWAY_KEY: 'k'.repeat(31) }), [
    ['invalid_variable', 'BALLAST_GATEWAY_KEY', '31 characters', '32 to 512 characters'],
  ])
  assert.deepEqual(told({ BALLAST_GATEWAY_KEY: 'k'.repeat(32) }), [])
  assert.deepEqual(told({ BALLAST_ADMIN_TOKEN: '', BALLAST_GATEWAY_KEY: '' }), [], 'an empty one is none')
})

test('[P-15] the loop’s interval is configuration, the accounts file a path, the webhook a secret with an effect', () => {
  const url = 'https://hooks.example/T0KEN'
  const variables = { LOOP_INTERVAL_MS: '60000', MTM_INTERVAL_MS: '0', ACCOUNTS_CONFIG_PATH: 'a.json', ALERT_WEBHOOK_URL: url }
  const { settings, accountsFile, withoutEffect, problems } = readEnvironment(variables)
  assert.deepEqual(
    settings.map(({ path, value }) => [path, value]),
    [
      ['hedging/loop.loopIntervalMs', 60_000],
      ['ledger/mtm.intervalMs', 0],
    ],
  )
  assert.deepEqual([accountsFile, withoutEffect, problems], ['a.json', [], []])
  assert.equal(JSON.stringify(readEnvironment(variables)).includes('T0KEN'), false)
  assert.equal(readAlertWebhook(variables), url)
})

test('the user folder follows XDG_CONFIG_HOME, then HOME', () => {
  assert.equal(userConfigFolder({ XDG_CONFIG_HOME: join('/', 'x'), HOME: join('/', 'h') }), join('/', 'x', 'ballast'))
  assert.equal(userConfigFolder({ HOME: join('/', 'h') }), join('/', 'h', '.config', 'ballast'))
})

test('a .env file adds what is not set', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-env-'))
  t.after(() => rmSync(folder, { recursive: true }))
  assert.equal(loadEnvironmentFile(folder), false)
  writeFileSync(join(folder, '.env'), 'ENV_TEST_ONE=file\nENV_TEST_TWO=file\n')
  process.env['ENV_TEST_ONE'] = 'shell'
  t.after(() => {
    delete process.env['ENV_TEST_ONE']
    delete process.env['ENV_TEST_TWO']
  })
  assert.equal(loadEnvironmentFile(folder), true)
  assert.deepEqual([process.env['ENV_TEST_ONE'], process.env['ENV_TEST_TWO']], ['shell', 'file'])
})
