/** Where the equity comes from: the ledger's own sums, to the cent. Paid amounts are positive when the account paid; funding is what it received, so its row says which way it went. */
import type { Overview } from '#api/contract-page.ts'
import type { Live } from '../live/feed.ts'
import { isNegative, usdc } from '../format/decimal.ts'
import { Row, Rows } from '../parts/rows.tsx'
import { toldBy } from '../live/use-live.ts'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'

export const accountPanel: FlowPanel = { id: 'account', title: 'What the account holds, USDC', zone: 'half', Body: Account }

const MINUS = '−'

function Account(live: Live) {
  return (
    <Answered
      answer={toldBy(live)}
      minRows={15}
      empty={({ equity }) => (equity === null ? 'There is no value yet: it needs a price for everything held.' : undefined)}
    >
      {({ equity }) => <Sums equity={equity} />}
    </Answered>
  )
}

function Sums({ equity }: Pick<Overview, 'equity'>) {
  return (
    <Rows>
      <Row label="Cash" value={usdc(equity?.cash)} />
      <Row label="Realised" value={usdc(equity?.realised, true)} />
      <Row label="Unrealised" value={usdc(equity?.unrealised, true)} />
      <Row label="Premium paid" value={usdc(equity?.premiumPaid)} />
      <Row label="Payouts received" value={usdc(equity?.payout)} />
      <Row label="Fees paid" value={usdc(equity?.fees)} />
      <Row label={isNegative(equity?.funding) ? 'Funding paid' : 'Funding received'} value={usdc(equity?.funding).replace(MINUS, '')} />
      <Row label="Initial margin" value={usdc(equity?.initialMargin)} />
      <Row label="Maintenance margin" value={usdc(equity?.maintenanceMargin)} />
    </Rows>
  )
}
