/** What is guaranteed, in one sentence, with what it does not count. The numbers are the quote's or the cover's own. */
import type { ActiveCoverage, QuoteAnswer } from '#api/contract.ts'
import { btc, usdc, usdcNamed } from '../format/amount.ts'
import { instant } from '../format/time.ts'

type Promised = Pick<ActiveCoverage | QuoteAnswer, 'floorEquity' | 'floorHoldsUpTo' | 'floorExcludes' | 'expiryIso'> & {
  readonly strike: string
}

const EXCLUDED: Readonly<Record<string, string>> = {
  funding: 'funding',
  basis: 'gap to the index',
  closing_slippage: 'slippage of closing',
  hedge_result: 'results of other hedges',
  uncovered_position: 'other positions',
}

interface Inputs {
  readonly quote: Promised
  readonly size: string
  readonly side: 'long' | 'short'
  /** The account holds more than this cover stands for: what that loses is beside the floor. */
  readonly isPart: boolean
  /** The books do not bear it out any more: then it is told as what was meant. */
  readonly isInDoubt?: boolean
}

export function Guarantee({ quote, size, side, isPart, isInDoubt = false }: Inputs) {
  const { floorEquity, floorHoldsUpTo, floorExcludes, expiryIso, strike } = quote
  const [far, edge] = side === 'long' ? ['falls', 'under'] : ['rises', 'over']
  const upTo = floorHoldsUpTo === null ? '' : ` (up to ${usdc(floorHoldsUpTo)})`
  const excluded = [...(isPart ? ['uncovered_position'] : []), ...floorExcludes.filter((name) => name !== 'uncovered_position')]
  return (
    <div className="guarantee">
      <p>
        {isInDoubt ? 'As it was bought: however' : 'However'} far BTC {far}
        {upTo}, the loss on {btc(size)} stops {edge} <b>{usdc(strike)}</b>.
      </p>
      <p>
        Floor on {instant(expiryIso)}
        {isInDoubt ? ', not certain now' : ''}: <b data-value="floor-equity">{usdcNamed(floorEquity)}</b> in the account.
      </p>
      {excluded.length === 0 ? null : (
        <p className="soft">Not counted: {excluded.map((name) => EXCLUDED[name] ?? name.replaceAll('_', ' ')).join(', ')}.</p>
      )}
    </div>
  )
}
