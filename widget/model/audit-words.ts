/** Audit entries of the executive view as sentences. An event that is not known is shown by its name; its record is always there in full. */
import type { AuditEntry } from '../api/client.ts'
import { btc, percent, signed, usdcNamed } from '../format/amount.ts'
import { instant } from '../format/time.ts'
import { fieldsOf } from '../live/trail.ts'

/** Marks that come every minute. */
const ROUTINE: ReadonlySet<string> = new Set(['mtm_position', 'mtm_credit', 'demo_credit'])

export function isRoutine({ event }: Pick<AuditEntry, 'event'>): boolean {
  return ROUTINE.has(event)
}

export function wordsOf({ event, payload }: Pick<AuditEntry, 'event' | 'payload'>): string {
  const fields = fieldsOf(payload)
  const text = (name: string): string | undefined => (typeof fields[name] === 'string' ? fields[name] : undefined)
  const amount = (name: string): string => usdcNamed(text(name))
  switch (event) {
    case 'coverage_activated':
      return `Cover activated: floor ${amount('floorEquity')}, until ${instant(text('expiryIso'))}`
    case 'coverage_renewed':
      return `Cover renewed: floor ${amount('floorEquity')}, until ${instant(text('expiryIso'))}`
    case 'coverage_expired':
      return `Cover ended${text('settlementIndex') === undefined ? '' : `, settled at ${amount('settlementIndex')}`}`
    case 'option_payout':
      return `Paid out: ${amount('payoutUsdc')}`
    case 'coverage_alarm':
      return `Alarm: ${(text('alarm') ?? 'see the record').replaceAll('_', ' ')}`
    case 'hedge_order':
      return `Order ${text('state')?.replaceAll('_', ' ') ?? ''}: ${text('side') ?? ''} ${btc(text('filledAmount'))} of ${text('instrument') ?? ''}`
    case 'hedge_action':
      return `Hedge: ${(text('action') ?? text('intent') ?? 'see the record').replaceAll('_', ' ')}`
    case 'mtm_position':
      return `Valued: position ${signedUsdc(text('positionPnlUsdc'))}, cover ${amount('hedgeMtmUsdc')}, covered ${percent(text('coverageRatio'))}`
    case 'mtm_credit':
    case 'demo_credit':
      return `${event === 'demo_credit' ? 'Demo credit' : 'Credit'} ${signedUsdc(text('creditUsdc'))}, buffer ${amount('bufferUsdc')}`
    default:
      return event.replaceAll('_', ' ')
  }
}

function signedUsdc(amount: string | undefined): string {
  return `${signed(amount)}\u00a0USDC`
}
