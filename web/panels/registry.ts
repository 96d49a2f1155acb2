/** Every panel of the page, in reading order inside its zone. A new panel is a file beside this one and a line here. */
import { accountPanel } from './account.tsx'
import { alertsPanel } from './alerts.tsx'
import { chartPanel } from './chart.tsx'
import { coveragePanel } from './coverage.tsx'
import { decisionsPanel } from './decisions.tsx'
import { equityPanel } from './equity.tsx'
import { ladderPanel } from './ladder.tsx'
import type { Panel } from './panel.ts'
import { positionPanel } from './position.tsx'
import { readinessPanel } from './readiness.tsx'
import { safetyPanel } from './safety.tsx'
import { systemPanel } from './system.tsx'

export const PANELS: readonly Panel[] = [
  safetyPanel,
  equityPanel,
  ladderPanel,
  alertsPanel,
  chartPanel,
  coveragePanel,
  positionPanel,
  accountPanel,
  decisionsPanel,
  readinessPanel,
  systemPanel,
]
