/** Execution: what orders cost, and the life of each. A new panel is a file in `panels/` and a line here. */
import { orderCostsPanel } from '../panels/order-costs.tsx'
import { orderLivesPanel } from '../panels/order-lives.tsx'
import type { FlowPanel } from '../panels/panel.ts'

export const PANELS: readonly FlowPanel[] = [orderCostsPanel, orderLivesPanel]
