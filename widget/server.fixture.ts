/** The API at the other end of `fetch`, with the fixtures' answers; a test changes one of them. Everything asked for is kept in the order it came. */
import { ACTIVATED, cachedQuote, COVER, firmQuote, MARK, POSITIONS, PRICE, TERMS } from './answers.fixture.ts'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly body: Readonly<Record<string, unknown>> | undefined
}
type Reply = object | ((asked: Asked) => object)

export interface Served {
  readonly asked: Asked[]
  readonly replies: Record<string, Reply>
  count(path: string): number
}

export function serve(): Served {
  const asked: Asked[] = []
  let isCovered = false
  const market = TERMS.marketTimeIso
  const replies: Record<string, Reply> = {
    '/put/terms': TERMS,
    '/portfolio/positions': POSITIONS,
    '/portfolio/ingest': { status: 'ok', positions: [] },
    '/coverage/active': () => ({ status: 'ok', coverages: isCovered ? [COVER] : [] }),
    '/risk/mtm': () => ({ status: 'ok', positions: isCovered ? [MARK] : [] }),
    '/pricing/btc': PRICE,
    '/put/preview': cachedQuote(),
    '/put/quote': () => firmQuote({ expiresAt: new Date(Date.parse(market) + 60 * 60_000).toISOString() }),
    '/audit/export': () => {
      isCovered = true
      return ACTIVATED
    },
    '/audit/logs': {
      status: 'ok',
      next: null,
      entries: [
        { seq: 77, ts: '2026-01-01T00:21:13.196Z', event: 'coverage_activated', payload: { ...COVER }, hash: 'ab12' },
        { seq: 78, ts: '2026-01-01T00:22:00.000Z', event: 'mtm_position', payload: { coverageId: COVER.coverageId }, hash: 'cd34' },
      ],
    },
  }
  globalThis.fetch = (input, init) => {
    const url = new URL(typeof input === 'string' ? input : '', 'https://partner.example')
    const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as Asked['body']) : undefined
    const call = { method: init?.method ?? 'GET', path: url.pathname, body }
    asked.push(call)
    const reply = replies[url.pathname]
    if (reply === undefined) return Promise.reject(new TypeError('fetch failed'))
    return Promise.resolve(Response.json(typeof reply === 'function' ? reply(call) : reply))
  }
  return { asked, replies, count: (path) => asked.filter((one) => one.path === path).length }
}
