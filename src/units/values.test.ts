/** Money, Price, Quantity, Ratio and time at their edges: what parses, what is refused, what throws. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { money, Money, moneyFromFloat, parseMoney, sum, usdc, zero } from './money.ts'
import { parsePrice, price, priceFromFloat } from './price.ts'
import { btc, noQuantity, parseQuantity, quantityFromFloat, smaller } from './quantity.ts'
import { parseRatio, ratio, ratioFromFloat, RATIO_ONE } from './ratio.ts'
import { durationMs, epochMs, isEpochMs, later } from './time.ts'

const BAD = [
  '',
  ' ',
  '1.',
  '.5',
  '-',
  '-.5',
  '+1',
  '1,000',
  '1e-7',
  '1E3',
  ' 1',
  '1 ',
  '１',
  'NaN',
  'Infinity',
  '0x10',
  '1.2.3',
  '--1',
  '-0',
  '-0.00',
  '1_000',
  '٣',
]
const TOO_FINE = '0.0000000000000000001'
const TOO_LARGE = ['1000000000000000', '-1000000000000000', '9999999999999999', '12345678901234567']

test('[F-M05] [PE-06] text that is no plain decimal is refused by every type', () => {
  for (const text of [...BAD, TOO_FINE]) {
    assert.equal(parseMoney(text), undefined, text)
    assert.equal(parsePrice(text), undefined, text)
    assert.equal(parseQuantity(text), undefined, text)
    assert.equal(parseRatio(text), undefined, text)
  }
})

test('[F-M04] an amount of 1e15 or more is a unit error: refused, not thrown', () => {
  for (const text of TOO_LARGE) {
    assert.equal(parseMoney(text), undefined, text)
    assert.equal(parsePrice(text), undefined, text)
    assert.equal(parseQuantity(text), undefined, text)
    assert.equal(parseRatio(text), undefined, text)
  }
  assert.equal(parseMoney('999999999999999.999999999999999999')?.toString(), '999999999999999.999999999999999999')
})

test('[F-M02] a price is positive; an amount and a quantity may be zero or negative', () => {
  assert.equal(parsePrice('0'), undefined)
  assert.equal(parsePrice('-1'), undefined)
  assert.equal(parsePrice('0.000000000000000001')?.toString(), '0.000000000000000001')
  assert.equal(parseMoney('-0.5')?.toString(), '-0.5')
  assert.equal(parseQuantity('0')?.isZero(), true)
})

test('literals throw where parsing would refuse', () => {
  assert.throws(() => usdc('1e3'), /plain decimal/)
  assert.throws(() => price('0'), /positive plain decimal/)
  assert.throws(() => btc('x'), /plain decimal/)
  assert.throws(() => ratio(''), /plain decimal/)
})

test('[PE-06] money: sums exact, products rounded as said, cents up and down, text with and without zeros', () => {
  const three = usdc('0.1').plus(usdc('0.2'))
  assert.equal(three.toString(), '0.3')
  assert.equal(JSON.stringify({ three }), '{"three":"0.3"}')
  assert.equal(three.minus(usdc('0.4')).abs().toString(), '0.1')
  assert.equal(usdc('10').times(ratio('0.333333333333333333'), 'up').toString(), '3.33333333333333333')
  assert.equal(usdc('0.000000000000000001').times(ratio('0.5'), 'half-even').toString(), '0')
  assert.equal(usdc('0.000000000000000001').times(ratio('0.5'), 'up').toString(), '0.000000000000000001')
  assert.equal(usdc('100').share(1n, 3n).toString(), '33.333333333333333333')
  assert.equal(money<'BTC'>('0.0123').convert(price<'BTC', 'USDC'>('82345.67')).toString(), '1012.851741')
  assert.equal(usdc('1.001').roundedToCents('up').toFixed(2), '1.01')
  assert.equal(usdc('1.009').roundedToCents('down').toFixed(2), '1.00')
  assert.equal(usdc('-1.001').roundedToCents('up').toFixed(2), '-1.01')
  assert.equal(usdc('20').toFixed(2), '20.00')
  assert.equal(usdc('-0.001').toFixed(2), '0.00') // no negative zero
  assert.equal(usdc('2.5').toFixed(0), '2')
  assert.equal(sum([usdc('1'), usdc('2'), usdc('-4')]).toString(), '-1')
  assert.equal(zero<'USDC'>().isZero(), true)
  assert.equal(moneyFromFloat<'USDC'>(0.1, 2).toString(), '0.1')
})

test('money compares as numbers do', () => {
  const [one, two] = [usdc('1'), usdc('2')]
  assert.deepEqual([one.compare(two), two.compare(one), one.compare(usdc('1.0'))], [-1, 1, 0])
  assert.deepEqual([one.isAtLeast(one), one.isBelow(one), one.isBelow(two), two.isAtLeast(one)], [true, false, true, true])
  assert.deepEqual(
    [one.isPositive(), one.negated().isNegative(), new Money(0n).isPositive(), new Money(0n).isNegative()],
    [true, true, false, false],
  )
})

test('prices and quantities: notional, ticks, lots, ratios', () => {
  const index = price<'BTC', 'USDC'>('65000.5')
  assert.equal(index.times(btc('0.27')).toString(), '17550.135')
  assert.equal(index.roundedTo(price('0.5'), 'down').toString(), '65000.5')
  assert.equal(price('65000.74').roundedTo(price('0.5'), 'up').toString(), '65001')
  assert.equal(price('3').ratioTo(price('2')).toString(), '1.5')
  assert.equal(index.scaled(ratio('0.9'), 'floor').toString(), '58500.45')
  assert.equal(price('3').plus(price('1')).minus(price('2')).toString(), '2')
  assert.deepEqual([price('1').isBelow(price('2')), price('1').isAtLeast(price('2')), price('2').compare(price('1'))], [true, false, 1])
  assert.equal(btc('0.27').roundedTo(btc('0.1'), 'down').toString(), '0.2')
  assert.equal(btc('1').times(ratio('0.5'), 'down').ratioTo(btc('2')).toString(), '0.25')
  assert.equal(smaller(btc('1'), btc('-2')).toString(), '-2')
  assert.equal(noQuantity<'BTC'>().isZero(), true)
  assert.deepEqual([priceFromFloat(1.25, 1).toString(), quantityFromFloat(0.35, 1).toString()], ['1.2', '0.3'])
  assert.equal(btc('0.1').toNumber(), 0.1)
})

test('ratios: exact sums and products, inverse rounded', () => {
  assert.equal(ratio('0.1').plus(ratio('0.2')).toString(), '0.3')
  assert.equal(RATIO_ONE.minus(ratio('0.2')).times(ratio('0.5')).toString(), '0.4')
  assert.equal(ratio('3').inverse().toString(), '0.333333333333333333')
  assert.equal(ratio('3').inverse('up').toString(), '0.333333333333333334')
  assert.equal(ratioFromFloat(0.05, 6).negated().isNegative(), true)
  assert.throws(() => ratio('0').inverse(), /division by zero/)
})

test('[C-02] instants lie between 2000 and 2200 in whole milliseconds; seconds and microseconds do not pass', () => {
  assert.equal(isEpochMs(946_684_800_000), true)
  assert.equal(isEpochMs(946_684_799_999), false)
  assert.equal(isEpochMs(7_258_118_399_999), true)
  assert.equal(isEpochMs(7_258_118_400_000), false)
  assert.equal(isEpochMs(1_770_000_000_000.5), false)
  assert.throws(() => epochMs(1_770_000_000), /milliseconds/)
  assert.throws(() => durationMs(-1), /span/)
  assert.throws(() => durationMs(Infinity), /span/)
  assert.equal(later(epochMs(1_770_000_000_000), durationMs(5)), 1_770_000_000_005)
})
