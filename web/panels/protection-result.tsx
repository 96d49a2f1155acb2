/** What protection has cost and brought so far, beside what the position itself did: the ledger's own areas, at mark. */
import { pnlAnswer } from '#api/contract-proof.ts'
import { useAnswer } from '../live/ask.ts'
import { usdc } from '../format/decimal.ts'
import { Row, Rows } from '../parts/rows.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'

export const protectionResultPanel: FlowPanel = {
  id: 'protection-result',
  title: 'What protection has cost and brought, USDC',
  zone: 'half',
  Body: ProtectionResult,
}

const EVERY_MS = 5_000

function ProtectionResult() {
  const answer = useAnswer('/api/pnl', pnlAnswer, { everyMs: EVERY_MS })
  return (
    <Answered answer={answer} minRows={14} narrowRows={14}>
      {({ protection, trading, charges }) => (
        <Rows>
          <Row label="Protection so far, at mark" value={usdc(protection.resultUsdc, true)} isMain />
          <Row label="Premium paid" value={usdc(protection.premiumPaidUsdc)} />
          <Row label="Payouts received" value={usdc(protection.payoutsUsdc)} />
          <Row label="Sold before their end" value={usdc(protection.premiumReceivedUsdc)} />
          <Row
            label="Covers held, at mark"
            value={usdc(protection.standingMtmUsdc)}
            note={`they cost ${usdc(protection.standingCostUsdc)}`}
          />
          <Row label="Fees of covers" value={usdc(protection.feesUsdc)} />
          <Row label="The position itself, at mark" value={usdc(trading.resultUsdc, true)} />
          <Row
            label="Charged for covers"
            value={usdc(charges.chargedUsdc)}
            note={`${charges.covers === 1 ? '1 cover' : `${charges.covers} covers`}, of it subsidised ${usdc(charges.subsidiesUsdc)}`}
          />
        </Rows>
      )}
    </Answered>
  )
}
