/** Protection: the payoff, covers standing and ended, their proof, renewals and quotes. A new panel is a file in `panels/` and a line here. */
import { coversPanel } from '../panels/covers.tsx'
import type { FlowPanel } from '../panels/panel.ts'
import { payoffPanel } from '../panels/payoff.tsx'
import { proofPanel } from '../panels/proof.tsx'
import { recentQuotesPanel } from '../panels/recent-quotes.tsx'
import { renewalsPanel } from '../panels/renewals.tsx'

export const PANELS: readonly FlowPanel[] = [payoffPanel, coversPanel, proofPanel, renewalsPanel, recentQuotesPanel]
