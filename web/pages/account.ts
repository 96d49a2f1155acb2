/** The account: what it is worth and why, what it holds, what was bought and sold. A new panel is a file in `panels/` and a line here. */
import { accountPanel } from '../panels/account.tsx'
import { bridgePanel } from '../panels/bridge.tsx'
import { fillsPanel } from '../panels/fills.tsx'
import type { FlowPanel } from '../panels/panel.ts'
import { positionsPanel } from '../panels/positions.tsx'
import { protectionResultPanel } from '../panels/protection-result.tsx'

export const PANELS: readonly FlowPanel[] = [bridgePanel, positionsPanel, accountPanel, protectionResultPanel, fillsPanel]
