/**
 * Posts JSON to a host somebody named, and to no other place (F-S06). An address that is not of the public internet (this machine, its network, the
 * metadata service of a cloud, whatever stands for one of these in IPv6) is refused unless the operator allows it. What counts is the address connected
 * to: a literal is read as the URL standard reads it, so decimal and short forms too, and a name is judged by what it resolves to at that moment, every
 * one of its addresses. Redirects are not followed, the answer is not read.
 */
import { lookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { BlockList, isIP } from 'node:net'
import type { LookupFunction } from 'node:net'

export interface Outbound {
  readonly url: string
  readonly body: string
  readonly signal: AbortSignal
  readonly allowPrivate: boolean
  /** Of names; Node's own where none is given. */
  readonly resolve?: Resolve
}
export type Resolve = (
  name: string,
  options: { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

export const ADDRESS_REFUSED = 'address_refused'

/** IANA special-purpose registries (RFC 6890 and its updates); multicast and what is reserved besides. */
const SPECIAL: readonly (readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 96, 'ipv6'],
  ['64:ff9b::', 32, 'ipv6'],
  ['2001::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 9, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]
const special = new BlockList()
for (const [network, prefix, family] of SPECIAL) special.addSubnet(network, prefix, family)

/** An IPv4 address inside IPv6 (`::ffff:…`) counts as itself. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && !special.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** Undefined once it was taken; else a code that does not name the address. */
export function postJson({ url, body, signal, allowPrivate, resolve = lookup as Resolve }: Outbound): Promise<string | undefined> {
  const to = new URL(url)
  const literal = to.hostname.replace(/^\[|\]$/g, '')
  if (!allowPrivate && isIP(literal) !== 0 && !isPublicAddress(literal)) return Promise.resolve(ADDRESS_REFUSED)
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const options = { method: 'POST', headers, signal, agent: false, lookup: lookupOf(resolve, allowPrivate) }
  return new Promise((done) => {
    const call = to.protocol === 'https:' ? requestHttps(to, options) : requestHttp(to, options)
    call.on('response', (response) => {
      const { statusCode = 0 } = response
      response.on('error', () => undefined).destroy()
      done(statusCode >= 200 && statusCode < 300 ? undefined : `status ${statusCode}`)
    })
    call.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.name))
    call.end(body)
  })
}

function lookupOf(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (name, { all = false }, done) => {
    resolve(name, { all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      const isRefused = !allowPrivate && (addresses ?? []).some(({ address }) => !isPublicAddress(address))
      if (error !== null || first === undefined || isRefused) {
        const failure = error ?? Object.assign(new Error('not a public address'), { code: isRefused ? ADDRESS_REFUSED : 'ENOTFOUND' })
        return done(failure, '', 4)
      }
      if (all) return done(null, addresses)
      return done(null, first.address, first.family)
    })
  }
}
