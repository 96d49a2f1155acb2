/** The system: what may be pressed, where the numbers come from, what is configured. A new panel is a file in `panels/` and a line here. */
import { configurationPanel } from '../panels/configuration.tsx'
import { feedsPanel } from '../panels/feeds.tsx'
import { journalPanel } from '../panels/journal.tsx'
import { operatorPanel } from '../panels/operator.tsx'
import type { FlowPanel } from '../panels/panel.ts'
import { readinessPanel } from '../panels/readiness.tsx'

export const PANELS: readonly FlowPanel[] = [operatorPanel, feedsPanel, journalPanel, readinessPanel, configurationPanel]
