/**
 * The audit trail searched (`GET /api/audit/entries`, UI-02): what opens behind every number of the summary. The executive view gives executive
 * entries alone; the internal one is the operator's.
 */
import { operatorScope, scopeOf } from '../caller.ts'
import { failureSchema } from '../contract.ts'
import { entriesAnswer, entriesQuery } from '../contract-decisions.ts'
import type { Context } from '../context.ts'
import { fromRecords, namesOf } from '../records.ts'
import type { Api } from '../type-provider.ts'

const ENTRIES = {
  tags: ['audit'],
  description:
    'Entries of the audit trail, newest first, by event, time and text. `GET /audit/logs` gives the trail as the document has it.',
  querystring: entriesQuery,
  response: { 200: entriesAnswer, '4xx': failureSchema, 503: failureSchema },
}
const LIMITED = { rateLimit: { max: 600, timeWindow: 60_000 } }

export function auditEntryRoutes(app: Api, context: Context): void {
  app.get('/api/audit/entries', { schema: ENTRIES, config: LIMITED }, async (request) => {
    const { mode, event, text, from, to, before, limit } = request.query
    const account = mode === 'internal' ? operatorScope(context, request) : scopeOf(context, request)
    const query = { includeInternal: mode === 'internal', events: namesOf(event), text, fromAt: from, toAt: to, account, before, limit }
    const found = await fromRecords(context, (records) => records.auditSearch(query))
    return { status: 'ok' as const, mode, ...found, entries: [...found.entries] }
  })
}
