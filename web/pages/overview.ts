/** The overview: every panel in reading order inside its zone. A new panel is a file in `panels/` and a line here. */
import { alertsPanel } from '../panels/alerts.tsx'
import { chartPanel } from '../panels/chart.tsx'
import { coveragePanel } from '../panels/coverage.tsx'
import { decisionsPanel } from '../panels/decisions.tsx'
import { equityPanel } from '../panels/equity.tsx'
import { ladderPanel } from '../panels/ladder.tsx'
import { lastPanel } from '../panels/last.tsx'
import { nextPanel } from '../panels/next.tsx'
import type { OverviewPanel } from '../panels/panel.ts'
import { positionPanel } from '../panels/position.tsx'
import { safetyPanel } from '../panels/safety.tsx'
import { systemPanel } from '../panels/system.tsx'
import { whatIfPanel } from '../panels/what-if.tsx'

export const PANELS: readonly OverviewPanel[] = [
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
]
