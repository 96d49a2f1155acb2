/**
 * `GET /put/terms`: what a quote may be asked for, from the effective configuration. Controls of a later reload are not in it until the next start;
 * the quote itself goes by them, and says so where it refuses.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { accountQuery, failureSchema } from '../contract.ts'
import { termsAnswer } from '../contract-terms.ts'
import type { TermsAnswer } from '../contract-terms.ts'
import { answerQuestion, knownAccount } from '../context.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'

const TERMS = { tags: ['protection'], querystring: accountQuery, response: { 200: termsAnswer, '4xx': failureSchema, 503: failureSchema } }
const QUOTES = 'components.protection/quotes.'
const CONTROLS = `${QUOTES}riskControls.`
/** Listed options trade in tenths of a coin. */
const SIZE_STEP = '0.1'

export function termsRoutes(app: Api, context: Context): void {
  app.get('/put/terms', { schema: TERMS }, (request, reply) => {
    const accountId = knownAccount(context, request.query.accountId)
    return answerQuestion(context, reply, () => termsOf(context, accountId))
  })
}

type Read = (path: string) => unknown

function termsOf({ platform }: Context, accountId: string): Omit<TermsAnswer, 'asOfSeq'> {
  const { config, info, now } = platform
  const values = new Map(config.leaves.map(({ path, value }) => [path, value]))
  const read: Read = (path) => plain(values.get(path))
  const tier = read(`components.risk/limits.accountTiers.${accountId}`)
  return {
    status: 'ok',
    accountId,
    mode: info.mode === 'live' ? 'production' : 'demo',
    marketTimeIso: isoFromEpochMs(now()),
    speed: info.speed,
    accountTier: typeof tier === 'string' ? tier : null,
    tiers: tierNames([...values.keys()]).map((name) => tierOf(name, read)),
    tenorDaysMax: Number(read(`${QUOTES}tenorDaysMax`)),
    sizeStep: SIZE_STEP,
    sizeMax: String(read(`${QUOTES}sizeMax`)),
    passThrough: read(`${CONTROLS}enable_premium_pass_through`) === true,
  }
}

function tierOf(name: string, read: Read): TermsAnswer['tiers'][number] {
  const control = (key: string): unknown => read(`${CONTROLS}${key}.${name}`)
  const own = (key: string): unknown => read(`${QUOTES}tiers.${name}.${key}`)
  const leverageMax = Number(control('max_leverage_by_tier') ?? own('leverageMax'))
  const most = Number(read(`${CONTROLS}max_leverage`) ?? read(`${QUOTES}leverageMax`))
  return {
    name,
    leverageMax: Math.min(leverageMax, most),
    shorts: own('callsForShorts') !== false,
    fixedPriceUsdc: decimal(control('fixed_price_usdc_by_tier') ?? own('fixedPriceUsdc')),
    driftTolerancePct: decimal(control('drift_tolerance_pct_by_tier')),
    driftToleranceUsdc: decimal(control('drift_tolerance_usdc_by_tier')),
  }
}

function tierNames(paths: readonly string[]): readonly string[] {
  const named = paths.flatMap((path) =>
    path.startsWith(`${QUOTES}tiers.`) ? [path.slice(`${QUOTES}tiers.`.length).split('.', 1)[0] ?? ''] : [],
  )
  return [...new Set(named)]
}

/** Exact values stand in the configuration as JSON texts. */
function plain(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('"') ? (JSON.parse(value) as unknown) : value
}

function decimal(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}
