/** Signing in: who may do what, by token and by cookie, and what a foreign page cannot do with either. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { failureSchema } from './contract.ts'
import { LEAST_ROLE, ROLES, sessionAnswer, type Role } from './contract-session.ts'
import { get, post, startHost, type Host } from './host.fixture.ts'
import { SESSION_MS, Sessions } from './sessions.ts'

const TOKENS = ROLES.map((role) => ({ name: `${role}-1`, role, token: `token-of-the-${role}` }))
const OWN = { origin: 'http://localhost:4100' }

async function running(t: TestContext, options: Parameters<typeof startHost>[0] = { tokens: TOKENS }): Promise<Host> {
  const host = await startHost(options)
  t.after(() => host.api.close())
  host.market()
  return host
}
const signIn = (host: Host, role: Role): Promise<LightMyRequestResponse> =>
  post(host.api, '/api/session', { token: `token-of-the-${role}` })
async function cookieOf(host: Host, role: Role): Promise<string> {
  const header = String((await signIn(host, role)).headers['set-cookie'])
  return header.split(';')[0] ?? ''
}
const act = (host: Host, action: string, headers: Readonly<Record<string, string>>): Promise<LightMyRequestResponse> =>
  post(host.api, `/api/mode/${action}`, { reason: 'drill' }, { headers })

test('[SE-01] a token opens a session: a cookie no script reads and no other site sends, for twelve hours', async (t) => {
  const host = await running(t)
  const answer = await signIn(host, 'operator')
  const { signedIn, name, role, actions } = sessionAnswer.parse(answer.json())
  assert.deepEqual([signedIn, name, role], [true, 'operator-1', 'operator'])
  assert.deepEqual(
    actions.filter(({ allowed }) => allowed).map(({ action }) => action),
    ['halt', 'clear-halt'],
  )
  assert.match(String(answer.headers['set-cookie']), /^ballast_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/)
  const cookie = await cookieOf(host, 'viewer')
  const again = sessionAnswer.parse((await get(host.api, '/api/session', { cookie })).json())
  assert.deepEqual([again.name, again.role], ['viewer-1', 'viewer'])
  const left = await host.api.inject({ method: 'DELETE', url: '/api/session', headers: { host: 'localhost:4100', cookie } })
  assert.match(String(left.headers['set-cookie']), /^ballast_session=; .*Max-Age=0$/)
  assert.equal((await get(host.api, '/api/session', { cookie })).json().signedIn, false)
})

test('[SE-01] each action is done from its least role on and refused under it, by token and by cookie', async (t) => {
  const host = await running(t)
  for (const [action, least] of Object.entries(LEAST_ROLE)) {
    if (action === 'reset') continue
    for (const role of ROLES) {
      const allowed = ROLES.indexOf(role) >= ROLES.indexOf(least)
      const byToken = await act(host, action, { authorization: `Bearer token-of-the-${role}` })
      assert.equal(byToken.statusCode, allowed ? 200 : 403, `${role}: ${action}`)
      if (!allowed) {
        const { reason, explanation } = failureSchema.parse(byToken.json())
        assert.deepEqual([reason, explanation.seen, explanation.limit], ['role_too_low', role, least])
      }
    }
  }
  const cookie = await cookieOf(host, 'trader')
  assert.equal((await act(host, 'halt', { cookie, ...OWN })).statusCode, 200)
  assert.equal((await act(host, 'clear-halt', { cookie, ...OWN })).json().reason, 'role_too_low')
})

test('[SE-01] who gave the command is recorded with it', async (t) => {
  const host = await running(t)
  await act(host, 'halt', { authorization: 'Bearer token-of-the-trader' })
  assert.ok(host.records.some(({ text }) => text.includes('"by":"trader-1"') && text.includes('"reason":"drill"')))
})

test('[SE-01] a cookie counts only for what the page itself sends', async (t) => {
  const host = await running(t)
  const cookie = await cookieOf(host, 'admin')
  const foreign: readonly (readonly [Readonly<Record<string, string>>, number, string])[] = [
    [{ cookie }, 401, 'unauthorised'],
    [{ cookie, origin: 'http://localhost:9999' }, 403, 'origin_not_allowed'],
    [{ cookie, origin: 'null' }, 403, 'origin_not_allowed'],
    [{ cookie, 'sec-fetch-site': 'cross-site' }, 403, 'origin_not_allowed'],
    [{ cookie, 'sec-fetch-site': 'same-site' }, 401, 'unauthorised'],
  ]
  for (const [headers, status, reason] of foreign) {
    const answer = await act(host, 'halt', headers)
    assert.deepEqual([answer.statusCode, answer.json().reason], [status, reason], JSON.stringify(headers))
  }
  const form = await act(host, 'halt', { cookie, ...OWN, 'content-type': 'text/plain' })
  assert.equal(form.statusCode, 415)
  assert.equal((await act(host, 'halt', { cookie, 'sec-fetch-site': 'same-origin' })).statusCode, 200)
})

test('[SE-01] another token, a made-up cookie and too many tries are refused; without any token nobody signs in', async (t) => {
  const host = await running(t)
  assert.equal((await post(host.api, '/api/session', { token: 'token-of-nobody' })).statusCode, 401)
  assert.equal((await act(host, 'halt', { cookie: `ballast_session=${'A'.repeat(43)}`, ...OWN })).statusCode, 401)
  for (const body of [{}, { token: '' }, { token: 1 }, { token: 'x'.repeat(513) }, { token: 'x', role: 'admin' }])
    assert.ok([400, 429].includes((await post(host.api, '/api/session', body)).statusCode))
  const tries = await Promise.all(Array.from({ length: 10 }, () => post(host.api, '/api/session', { token: 'token-of-nobody' })))
  assert.equal(tries.at(-1)?.statusCode, 429)
  assert.equal((await get(host.api, '/api/overview')).statusCode, 200, 'what is read goes on')
  const bearer = await act(host, 'halt', { authorization: 'Bearer token-of-nobody' })
  assert.deepEqual([bearer.statusCode, bearer.json().explanation.field], [429, 'wrongTokensPerMinute'], 'over every way in')
  assert.ok(bearer.json().explanation.flip.to > 0)
  assert.equal((await signIn(host, 'operator')).statusCode, 200, 'nobody else locks out the owner')
  const open = await running(t, {})
  assert.equal((await get(open.api, '/api/session')).json().isEnabled, false)
  assert.equal((await post(open.api, '/api/session', { token: 'x' })).json().reason, 'admin_disabled')
  assert.equal((await act(open, 'halt', { authorization: 'Bearer x' })).json().reason, 'admin_disabled')
})

test('[SE-01] a session ends with its time, and the oldest goes when there are too many', () => {
  let now = 1_000
  const sessions = new Sessions(TOKENS, () => now)
  const first = sessions.open({ name: 'a', role: 'viewer' })
  now += SESSION_MS - 1
  assert.equal(sessions.find(first)?.name, 'a')
  now += 1
  assert.equal(sessions.find(first), undefined)
  const ids = Array.from({ length: 101 }, () => sessions.open({ name: 'b', role: 'viewer' }))
  assert.deepEqual([sessions.find(ids[0] ?? ''), sessions.find(ids[1] ?? '')?.name], [undefined, 'b'])
  assert.equal(sessions.holderOf('token-of-the-admin')?.role, 'admin')
  assert.equal(sessions.holderOf('token-of-the-admi'), undefined)
})

test('[SE-01] wrong tokens are counted by address and minute, and each is told to whoever keeps the log', () => {
  let now = 0
  const told: number[] = []
  const sessions = new Sessions(
    TOKENS,
    () => now,
    ({ count }) => void told.push(count),
  )
  const wait = (address: string): number => sessions.noteWrong(address).waitMs
  assert.deepEqual(
    Array.from({ length: 12 }, () => wait('10.0.0.1')),
    [...Array.from({ length: 10 }, () => 0), 60_000, 60_000],
  )
  assert.equal(wait('10.0.0.2'), 0, 'another address')
  now = 59_999
  assert.equal(wait('10.0.0.1'), 1)
  now = 60_000
  assert.equal(wait('10.0.0.1'), 0)
  assert.deepEqual(told, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 13, 1])
})

test('[SE-01] where TLS ends in front of the platform the cookie is for TLS alone', async (t) => {
  const host = await running(t)
  const answer = await post(host.api, '/api/session', { token: 'token-of-the-viewer' }, { headers: { 'x-forwarded-proto': 'https' } })
  assert.match(String(answer.headers['set-cookie']), /; Secure$/)
})
