/** Decisions: the way from one back to its cause, and all that are kept. A new panel is a file in `panels/` and a line here. */
import { allDecisionsPanel } from '../panels/all-decisions.tsx'
import type { FlowPanel } from '../panels/panel.ts'
import { walkPanel } from '../panels/walk.tsx'

export const PANELS: readonly FlowPanel[] = [walkPanel, allDecisionsPanel]
