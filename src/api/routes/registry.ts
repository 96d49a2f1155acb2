/** Every resource of the API; a new endpoint is a file here and a line below. */
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'
import { acknowledgeRoutes } from './acknowledge.ts'
import { adminRoutes } from './admin.ts'
import { auditEntryRoutes } from './audit-entries.ts'
import { auditRoutes } from './audit.ts'
import { bridgeRoutes } from './bridge.ts'
import { certificateRoutes } from './certificate.ts'
import { commandRoutes } from './commands.ts'
import { configRoutes } from './config.ts'
import { coverageRoutes } from './coverage.ts'
import { ctcRoutes } from './ctc.ts'
import { dailyRoutes } from './daily.ts'
import { decisionRoutes } from './decisions.ts'
import { deribitRoutes } from './deribit.ts'
import { executionRoutes } from './execution.ts'
import { explainRoutes } from './explain.ts'
import { fundingRoutes } from './funding.ts'
import { healthRoutes } from './health.ts'
import { hedgeRoutes } from './hedge.ts'
import { integrationRoutes } from './integration.ts'
import { marketRoutes } from './market.ts'
import { operatorRoutes } from './operator.ts'
import { orderRoutes } from './orders.ts'
import { overviewRoutes } from './overview.ts'
import { pnlRoutes } from './pnl.ts'
import { portfolioRoutes } from './portfolio.ts'
import { pricingRoutes } from './pricing.ts'
import { protectionRoutes } from './protection.ts'
import { putRoutes } from './put.ts'
import { renewalRoutes } from './renewal.ts'
import { riskRoutes } from './risk.ts'
import { scenarioRoutes } from './scenario.ts'
import { sessionRoutes } from './session.ts'
import { streamRoutes } from './stream.ts'
import { systemRoutes } from './system.ts'
import { verificationRoutes } from './verification.ts'
import { termsRoutes } from './terms.ts'

export const ROUTES: readonly ((app: Api, context: Context) => void)[] = [
  healthRoutes,
  portfolioRoutes,
  pricingRoutes,
  fundingRoutes,
  ctcRoutes,
  putRoutes,
  termsRoutes,
  orderRoutes,
  renewalRoutes,
  coverageRoutes,
  certificateRoutes,
  hedgeRoutes,
  riskRoutes,
  dailyRoutes,
  pnlRoutes,
  bridgeRoutes,
  auditRoutes,
  commandRoutes,
  explainRoutes,
  configRoutes,
  integrationRoutes,
  deribitRoutes,
  adminRoutes,
  operatorRoutes,
  acknowledgeRoutes,
  sessionRoutes,
  systemRoutes,
  overviewRoutes,
  scenarioRoutes,
  protectionRoutes,
  executionRoutes,
  marketRoutes,
  streamRoutes,
  decisionRoutes,
  auditEntryRoutes,
  verificationRoutes,
]
