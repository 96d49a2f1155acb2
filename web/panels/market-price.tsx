/** The price everything is valued at: index with its sources, perpetual with spread and basis, volatility in a word and in numbers. Ages are market time. */
import { marketAnswer, type MarketAnswer } from '#api/contract-market.ts'
import { bps } from '../format/bps.ts'
import { percent, usdc } from '../format/decimal.ts'
import { age } from '../format/time.ts'
import { useAnswer } from '../live/ask.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'

export const marketPricePanel: FlowPanel = { id: 'market-price', title: 'Price, USDC', zone: 'half', Body: Price }

function Price() {
  const answer = useAnswer('/api/market', marketAnswer, { everyMs: 1_000 })
  return (
    <Answered
      answer={answer}
      minRows={14}
      narrowRows={18}
      empty={({ index, perpetual }) => (index === null && perpetual === null ? 'No price was admitted yet.' : undefined)}
    >
      {(market) => (
        <Rows>
          {market.index === null ? null : <Index index={market.index} />}
          {market.otherVenues.map(({ venue, price, gap, isApart, ageMs }) => (
            <Row
              key={venue}
              label={`Index of ${venue}, prices only`}
              value={
                <>
                  {isApart ? <Glyph tone="warn" /> : null} {usdc(price)}
                </>
              }
              note={`${percent(gap.toFixed(8))} away${isApart ? ', further than allowed' : ''}; ${age(ageMs)} old`}
            />
          ))}
          {market.perpetual === null ? null : <Perpetual perpetual={market.perpetual} />}
          {market.volatility === null ? null : <Volatility volatility={market.volatility} />}
        </Rows>
      )}
    </Answered>
  )
}

function Index({ index }: { readonly index: NonNullable<MarketAnswer['index']> }) {
  const { price, ageMs, maxAgeMs, isStale, sources } = index
  const from = sources.length === 1 ? `from ${sources[0]?.venue ?? ''}` : `median of ${sources.map(({ venue }) => venue).join(', ')}`
  return <Row label="Index" value={usdc(price)} isMain isStale={isStale} note={`${from}; ${age(ageMs)} old, at most ${age(maxAgeMs)}`} />
}

function Perpetual({ perpetual }: { readonly perpetual: NonNullable<MarketAnswer['perpetual']> }) {
  const { instrument, mark, bid, ask, spreadBps, basisBps, isStale } = perpetual
  return (
    <>
      <Row label={`Mark of ${instrument}`} value={usdc(mark)} isStale={isStale} />
      <Row label="Basis to the index" value={bps(basisBps)} isStale={isStale} />
      <Row label="Bid" value={usdc(bid)} isStale={isStale} />
      <Row label="Ask" value={usdc(ask)} isStale={isStale} />
      <Row label="Spread" value={bps(spreadBps)} isStale={isStale} />
    </>
  )
}

function Volatility({ volatility }: { readonly volatility: NonNullable<MarketAnswer['volatility']> }) {
  const { ivRegime, iv, tenorDays, realisedAnnual, spanMs } = volatility
  return (
    <>
      <Row label="Implied volatility" value={percent(numberOf(iv))} note={`at the money, ${tenorDays} days; regime ${ivRegime}`} />
      <Row
        label="Realised volatility, a year"
        value={percent(numberOf(realisedAnnual))}
        note={spanMs === 0 ? 'not enough was seen yet' : `over the last ${age(spanMs)}`}
      />
    </>
  )
}

function numberOf(value: number | null): string | null {
  return value === null ? null : value.toFixed(6)
}
