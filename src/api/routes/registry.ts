/** Every resource of the API; a new endpoint is a file here and a line below. */
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'
import { adminRoutes } from './admin.ts'
import { auditRoutes } from './audit.ts'
import { certificateRoutes } from './certificate.ts'
import { commandRoutes } from './commands.ts'
import { configRoutes } from './config.ts'
import { coverageRoutes } from './coverage.ts'
import { ctcRoutes } from './ctc.ts'
import { dailyRoutes } from './daily.ts'
import { deribitRoutes } from './deribit.ts'
import { explainRoutes } from './explain.ts'
import { fundingRoutes } from './funding.ts'
import { healthRoutes } from './health.ts'
import { hedgeRoutes } from './hedge.ts'
import { integrationRoutes } from './integration.ts'
import { operatorRoutes } from './operator.ts'
import { orderRoutes } from './orders.ts'
import { overviewRoutes } from './overview.ts'
import { pnlRoutes } from './pnl.ts'
import { portfolioRoutes } from './portfolio.ts'
import { pricingRoutes } from './pricing.ts'
import { putRoutes } from './put.ts'
import { renewalRoutes } from './renewal.ts'
import { riskRoutes } from './risk.ts'
import { streamRoutes } from './stream.ts'

export const ROUTES: readonly ((app: Api, context: Context) => void)[] = [
  healthRoutes,
  portfolioRoutes,
  pricingRoutes,
  fundingRoutes,
  ctcRoutes,
  putRoutes,
  orderRoutes,
  renewalRoutes,
  coverageRoutes,
  certificateRoutes,
  hedgeRoutes,
  riskRoutes,
  dailyRoutes,
  pnlRoutes,
  auditRoutes,
  commandRoutes,
  explainRoutes,
  configRoutes,
  integrationRoutes,
  deribitRoutes,
  adminRoutes,
  operatorRoutes,
  overviewRoutes,
  streamRoutes,
]
