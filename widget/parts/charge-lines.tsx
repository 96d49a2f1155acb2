/** What the charge is made of, line by line to the cent, what it may become at most, and why this option. */
import type { QuoteAnswer } from '#api/contract.ts'
import { unitsOf, usdc, usdcNamed } from '../format/amount.ts'
import { Row, Rows } from './rows.tsx'

const CENT_HALF = 5_000_000_000_000_000n

export function ChargeLines({ quote, max }: { readonly quote: QuoteAnswer; readonly max: string | undefined }) {
  const { lines, feeUsdc, subsidyUsdc, selectedVenue, instrument, runnerUp, exitCostMaxUsdc } = quote
  const shown = lines.filter(({ usdc: amount }) => isSeen(amount))
  return (
    <details className="more">
      <summary>What it is made of</summary>
      <Rows>
        {shown.map(({ name, usdc: amount }) => (
          <Row key={name} label={name} value={usdc(amount)} />
        ))}
        <Row label="you pay" value={usdc(feeUsdc)} strong />
        {isSeen(subsidyUsdc) ? <Row label="borne by the platform" value={usdc(subsidyUsdc)} /> : null}
      </Rows>
      <p className="soft">
        Bought on {selectedVenue ?? 'the exchange'}: {instrument}.
        {runnerUp === null
          ? ''
          : ` Second best was ${runnerUp.instrument}: it ${runnerUp.lostBecause?.replace(/ \(score.*\)$/, '') ?? 'scored lower'}.`}
        {exitCostMaxUsdc === null
          ? ''
          : ` Leaving at settlement may cost up to ${usdcNamed(exitCostMaxUsdc)}; the floor counts that already.`}
      </p>
      {max === undefined ? null : (
        <p className="soft">It is bought at the exchange’s price of that moment: at most {usdcNamed(max)}, else nothing is bought.</p>
      )}
    </details>
  )
}

function isSeen(amount: string): boolean {
  const units = unitsOf(amount) ?? 0n
  return units >= CENT_HALF || units <= -CENT_HALF
}
