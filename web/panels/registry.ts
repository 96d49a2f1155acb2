/** Every panel of the page, in reading order inside its zone. A new panel is a file beside this one and a line here. */
import { accountPanel } from './account.tsx'
import { alertsPanel } from './alerts.tsx'
import { allDecisionsPanel } from './all-decisions.tsx'
import { auditEntriesPanel } from './audit-entries.tsx'
import { auditSummaryPanel } from './audit-summary.tsx'
import { bridgePanel } from './bridge.tsx'
import { chartPanel } from './chart.tsx'
import { configurationPanel } from './configuration.tsx'
import { coveragePanel } from './coverage.tsx'
import { coversPanel } from './covers.tsx'
import { decisionsPanel } from './decisions.tsx'
import { equityPanel } from './equity.tsx'
import { feedsPanel } from './feeds.tsx'
import { fillsPanel } from './fills.tsx'
import { journalPanel } from './journal.tsx'
import { fundingPanel } from './funding.tsx'
import { ladderPanel } from './ladder.tsx'
import { marketBookPanel } from './market-book.tsx'
import { marketPricePanel } from './market-price.tsx'
import { lastPanel } from './last.tsx'
import { nextPanel } from './next.tsx'
import { operatorPanel } from './operator.tsx'
import { orderCostsPanel } from './order-costs.tsx'
import { orderLivesPanel } from './order-lives.tsx'
import type { Panel } from './panel.ts'
import { payoffPanel } from './payoff.tsx'
import { positionPanel } from './position.tsx'
import { positionsPanel } from './positions.tsx'
import { proofPanel } from './proof.tsx'
import { protectionResultPanel } from './protection-result.tsx'
import { readinessPanel } from './readiness.tsx'
import { recentQuotesPanel } from './recent-quotes.tsx'
import { renewalsPanel } from './renewals.tsx'
import { safetyPanel } from './safety.tsx'
import { smilePanel } from './smile.tsx'
import { systemPanel } from './system.tsx'
import { termStructurePanel } from './term-structure.tsx'
import { verifyPanel } from './verify.tsx'
import { volSurfacePanel } from './vol-surface.tsx'
import { walkPanel } from './walk.tsx'
import { whatIfPanel } from './what-if.tsx'

export const PANELS: readonly Panel[] = [
  safetyPanel,
  equityPanel,
  nextPanel,
  lastPanel,
  ladderPanel,
  alertsPanel,
  chartPanel,
  whatIfPanel,
  coveragePanel,
  positionPanel,
  decisionsPanel,
  systemPanel,
  bridgePanel,
  positionsPanel,
  accountPanel,
  protectionResultPanel,
  fillsPanel,
  operatorPanel,
  feedsPanel,
  journalPanel,
  readinessPanel,
  configurationPanel,
  payoffPanel,
  coversPanel,
  proofPanel,
  renewalsPanel,
  recentQuotesPanel,
  marketPricePanel,
  marketBookPanel,
  smilePanel,
  volSurfacePanel,
  termStructurePanel,
  fundingPanel,
  orderCostsPanel,
  orderLivesPanel,
  walkPanel,
  allDecisionsPanel,
  auditSummaryPanel,
  verifyPanel,
  auditEntriesPanel,
]
