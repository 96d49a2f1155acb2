/** The time chart with its drawing library: a third of a page's code, and none of its first numbers waits for it. */
import { OnDemand } from '../live/on-demand.ts'

export const TIME_CHART = new OnDemand(() => import('./time-chart.tsx'))
