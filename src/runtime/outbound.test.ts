/** Where a post may go: every form in which a private address can be written, and names that resolve to one. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { ADDRESS_REFUSED, isPublicAddress, postJson } from './outbound.ts'
import type { Resolve } from './outbound.ts'

const signal = AbortSignal.timeout(5_000)
const post = (url: string, more: { readonly allowPrivate?: boolean; readonly resolve?: Resolve } = {}) =>
  postJson({ url, body: '{}', signal, allowPrivate: false, ...more })

test('[F-S06] loopback, private, link-local, metadata, mapped and translated addresses are not public', () => {
  const refused = (
    '127.0.0.1 127.255.0.9 0.0.0.0 10.1.2.3 100.64.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1 198.18.0.1 224.0.0.1 ' +
    '255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe fe80::1 fec0::1 fd00:ec2::254 ff02::1 64:ff9b::7f00:1 ' +
    '64:ff9b:1::a00:1 2002:7f00:1:: localhost'
  ).split(' ')
  assert.deepEqual(refused.filter(isPublicAddress), [])
  const open = [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.128.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '223.255.255.255',
    '2606:4700::1111',
  ]
  assert.deepEqual(open.filter(isPublicAddress), open)
})

test('[F-S06] a literal is refused in every form a URL may give it, before anything is sent', async (t) => {
  let calls = 0
  const server = createServer((_request, response) => void response.end(String(calls++)))
  await new Promise<void>((done) => server.listen(0, done))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '017700000001', '127.1', '[::1]', '[::ffff:127.0.0.1]', '0'])
    assert.equal(await post(`http://${host}:${port}/`), ADDRESS_REFUSED, host)
  assert.equal(calls, 0)
  assert.equal(await post(`http://127.0.0.1:${port}/`, { allowPrivate: true }), undefined)
  assert.equal(calls, 1)
})

test('[F-S06] a name is judged by what it resolves to as it is connected to, by every address of it', async (t) => {
  let calls = 0
  const server = createServer((_request, response) => void response.end(String(calls++)))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => server.close())
  const url = `http://hooks.example:${(server.address() as AddressInfo).port}/`
  const asks: string[] = []
  const to =
    (...addresses: readonly string[]): Resolve =>
    (name, _options, done) => {
      asks.push(name)
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    }
  for (const resolve of [to('127.0.0.1'), to('1.1.1.1', '10.0.0.1'), to('::ffff:127.0.0.1')])
    assert.equal(await post(url, { resolve }), ADDRESS_REFUSED)
  assert.deepEqual([calls, asks], [0, ['hooks.example', 'hooks.example', 'hooks.example']])
  assert.equal(await post(url, { resolve: to('127.0.0.1'), allowPrivate: true }), undefined)
  assert.equal(await post(url, { resolve: to() }), 'ENOTFOUND')
})
