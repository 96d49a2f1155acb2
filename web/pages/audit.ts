/** The audit: what the trail counts, whether it can be trusted, and its entries. A new panel is a file in `panels/` and a line here. */
import { auditEntriesPanel } from '../panels/audit-entries.tsx'
import { auditSummaryPanel } from '../panels/audit-summary.tsx'
import type { FlowPanel } from '../panels/panel.ts'
import { verifyPanel } from '../panels/verify.tsx'

export const PANELS: readonly FlowPanel[] = [auditSummaryPanel, verifyPanel, auditEntriesPanel]
