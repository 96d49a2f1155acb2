/** Every resource of the API; a new endpoint is a file here and a line below. */
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'
import { auditRoutes } from './audit.ts'
import { commandRoutes } from './commands.ts'
import { configRoutes } from './config.ts'
import { coverageRoutes } from './coverage.ts'
import { explainRoutes } from './explain.ts'
import { healthRoutes } from './health.ts'
import { overviewRoutes } from './overview.ts'
import { portfolioRoutes } from './portfolio.ts'
import { pricingRoutes } from './pricing.ts'
import { putRoutes } from './put.ts'
import { riskRoutes } from './risk.ts'
import { streamRoutes } from './stream.ts'

export const ROUTES: readonly ((app: Api, context: Context) => void)[] = [
  healthRoutes,
  portfolioRoutes,
  pricingRoutes,
  putRoutes,
  coverageRoutes,
  riskRoutes,
  auditRoutes,
  commandRoutes,
  explainRoutes,
  configRoutes,
  overviewRoutes,
  streamRoutes,
]
