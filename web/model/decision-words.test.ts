/** Decisions as sentences with units, and the newest of them without the lines that decide nothing. */
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import type { Decision, Overview } from '#api/contract-page.ts'
import { alertTitle, decisionSentence, figuresOf } from './decision-words.ts'
import { lastTold } from './last-told.ts'
import { COVER, overviewFixture } from './overview.fixture.ts'
import { strikePassed } from './strike-passed.ts'

const spaced = (text: string): string => text.replaceAll('\u00a0', ' ')
const told = (kind: string, more: Partial<Decision> = {}): string =>
  spaced(decisionSentence({ kind, code: kind, field: 'x', seen: 'a', limit: 'b', ...more }))

test('[UI-01] each value has the unit of its field, and no more digits than one can use', () => {
  const rows = [
    ['indexAgeMs', 1_221_112, 1_200_000, 'age of the index 20 min 21 s, limit 20 min 00 s'],
    ['at', 1_767_256_403_369, 1_767_254_400_000, 'the time 1 Jan 08:33 UTC, limit 1 Jan 08:00 UTC'],
    ['floorEquityUsdc', '5528.123456789012345678', '10000', 'floor equity 5,528.12 USDC, limit 10,000.00 USDC'],
    ['filled', '0.5', '1', 'filled 0.5 BTC, limit 1 BTC'],
    ['venueGap', 0.0123, 0.005, 'venue gap 1.23 %, limit 0.50 %'],
    ['coverageId', 'a cover at 1767256403369', 'BTC-3JAN26-80000-P', 'coverage id a cover at 1 Jan 08:33 UTC, limit BTC-3JAN26-80000-P'],
    ['order', 'buy 1 BTC-3JAN26-80000-P', 'at most 0.012345678901234567', 'order buy 1 BTC-3JAN26-80000-P, limit at most 0.012346'],
    ['left', null, true, 'left none, limit yes'],
  ] as const
  for (const [field, seen, limit, text] of rows) equal(spaced(figuresOf({ field, seen, limit })), text)
})

test('[UI-01] a decision is one sentence, with its reason where there is one', () => {
  equal(
    told('floor_lowered', { field: 'drawdownLimitUsdc', seen: '5528.1', limit: '11812.4' }),
    'The renewal lowered the floor from 11,812.40 USDC to 5,528.10 USDC',
  )
  equal(told('renewal_due', { field: 'expiresInMs', seen: 43_200_000 }), 'A renewal began: the cover ends in 12 h 00 min')
  equal(
    told('order_refused', { code: 'price_too_old', field: 'ageMs', seen: 61_000, limit: 30_000 }),
    'Risk refused an order: the price was too old (age 1 min 01 s, limit 30 s)',
  )
  equal(told('alert_raised', { code: 'feed_stale' }), 'Alert: the index is too old')
  equal(told('alert_cleared', { code: 'something_new' }), 'Over: something new')
  equal(told('something_new', { field: 'newFieldMs', seen: 1_500, limit: 1_000 }), 'Something new: new field 1.5 s, limit 1.0 s')
  equal(alertTitle({ name: 'floor_under_programme' }), 'A renewal’s floor lies under the programme’s limit')
  equal(alertTitle({ name: 'something_new' }), 'Something new')
})

test('[UI-01] what decides nothing folds into one line; what happened keeps its own', () => {
  const made = (seq: number, kind: string): Decision => ({
    seq,
    atIso: `2026-01-03T20:0${seq % 10}:00.000Z`,
    kind,
    gate: 'g',
    code: kind,
    field: 'instrument',
    seen: 'BTC-3JAN26-80000-P',
    limit: 'none',
    flip: null,
    text: '',
  })
  const newest = [9, 8, 7].map((seq) => made(seq, 'quoted'))
  const decisions = [...newest, made(6, 'cover_settling'), made(5, 'quoted'), made(4, 'cover_expired'), made(3, 'order_approved')]
  deepEqual(
    lastTold(decisions, 4).map(({ seq, says }) => [seq, says]),
    [
      [9, '3 quotes asked for'],
      [6, 'A cover expired and waits for its settlement price'],
      [5, 'A quote was made: BTC-3JAN26-80000-P'],
      [4, 'A cover ended and was settled'],
    ],
  )
  deepEqual(lastTold([], 4), [])
  const flapping = [made(9, 'alert_cleared'), made(8, 'alert_raised'), made(7, 'alert_cleared'), made(6, 'cover_expired')].map((one) =>
    one.kind.startsWith('alert') ? { ...one, code: 'feed_stale' } : one,
  )
  deepEqual(
    lastTold(flapping, 4).map(({ says }) => says),
    ['Over: the index is too old', 'A cover ended and was settled'],
  )
  equal(lastTold([...newest, made(6, 'order_approved')], 4)[0]?.says, '3 quotes asked for, 1 order approved')
})

test('[UI-01] through the strike the option carries the loss, and the page says so, with the instant where it saw it', () => {
  const price = { index: '74000', ageMs: 0, fresh: true }
  const at = (minute: number, index: string) => ({
    at: Date.UTC(2026, 0, 12, 20, minute),
    index,
    equityClose: '1',
    equityMark: '1',
    equityUnprotected: null,
    floorEquity: null,
  })
  const under = overviewFixture({ price })
  deepEqual(strikePassed(under, [at(1, '74500'), at(2, '75500'), at(3, '74900'), at(4, '74000')]), {
    says: 'The index went under the strike of 75,000.00: the put carries the loss',
    atIso: '2026-01-12T20:03:00.000Z',
  })
  equal(strikePassed(under, [at(3, '74900')])?.says, 'The index is under the strike of 75,000.00: the put carries the loss')
  equal(strikePassed(overviewFixture(), []), undefined)
  const call: Partial<Overview> = { coverages: [{ ...COVER, optionType: 'call', strike: '73000' }], price }
  equal(strikePassed(overviewFixture(call), [])?.says, 'The index is over the strike of 73,000.00: the call carries the loss')
})
