/**
 * The first screen as one answer: built from the read models between two inputs, exact values throughout. Distances: equity at the
 * conservative close less the floor in USDC, and (index - floor price) x direction / index as a share of the price. Liquidation
 * without the cover, for equity E at mark less the hedges' worth, size q, index I, maintenance rate r = margin / (q x I), both sides:
 * P = (q x I - dir x E) / (q x (1 - dir x r)). What is unknown is null.
 */
import { isoFromEpochMs } from '#base/civil-date.ts'
import { divideUnits, formatUnits, multiplyUnits, ONE } from '#units/exact.ts'
import type { AccountValue } from '#topics/account.ts'
import { heldFrom, coverName } from '#topics/coverage-legs.ts'
import { DECISIONS_SHOWN } from './contract-page.ts'
import type { AlertShown, Decision, Overview, OverviewCoverage, OverviewEquity, OverviewHedge, OverviewPosition } from './contract-page.ts'
import { isOthers } from './caller.ts'
import type { Context } from './context.ts'
import { coveredPosition } from './covered-position.ts'
import { readinessChecks } from './routes/health.ts'
import type { AlertView, CoverageView, DecisionView, ValueView, VenuePosition, Views } from '#runtime/view-models.ts'
import { coverInForce } from '#runtime/views-in-force.ts'

const HOUR_MS = 3_600_000

interface FloorParts {
  readonly covers: readonly CoverageView[]
  readonly value: ValueView | undefined
  readonly index: bigint | undefined
  readonly programme: ReturnType<Views['programmeLimit']>
  readonly lowered: Views['loweredFloor']
}

export function overviewOf(context: Context, account: string): Omit<Overview, 'asOfSeq'> {
  const { platform, views } = context
  const { version, mode, scenario, seed, speed } = platform.info
  const now = platform.now()
  const price = views.price()
  const value = views.value(account)
  const covers = views.coverages(account)
  const positions = views.venuePositions(account)
  const [position] = positions
  const parts: FloorParts = {
    covers,
    value,
    index: price?.price.units,
    programme: views.programmeLimit(account),
    lowered: (coverageId) => views.loweredFloor(coverageId),
  }
  return {
    status: 'ok',
    accountId: account,
    platform: {
      version,
      mode,
      scenario,
      seed,
      speed,
      marketTimeIso: isoFromEpochMs(now),
      seq: platform.engine.seq,
      durableSeq: platform.driver.durableSeq,
      pendingRecords: platform.pendingRecords(),
    },
    price: price === undefined ? null : priceShown(price.price.toString(), Math.max(0, now - price.observedAt), price.maxAgeMs),
    equity: value === undefined ? null : equityShown(value),
    floor: floorShown(parts),
    programme: programmeShown(parts),
    covered: coveredPosition(positions, views.portfolio(account), covers),
    position: position === undefined ? null : positionShown(position, value),
    hedges: hedgesShown(views, account),
    coverages: covers.map((cover) => coverageShown(views, cover, now)),
    decisions: views
      .decisions(account, DECISIONS_SHOWN)
      .filter(({ subject }) => !isOthers(context, account, subject))
      .map(decisionShown),
    alerts: views
      .alerts()
      .filter(({ subject }) => !isOthers(context, account, subject))
      .map(alertShown),
    readiness: readinessChecks(context).map(({ name, ok, detail }) => ({ name, ok, detail })),
  }
}

export function decisionShown({ seq, at, kind, explanation, text }: DecisionView): Decision {
  const { gate, code, field, seen, limit, flip } = explanation
  return { seq, atIso: isoFromEpochMs(at), kind, gate, code, field, seen, limit, flip: flip ?? null, text }
}

function priceShown(index: string, ageMs: number, maxAgeMs: number): NonNullable<Overview['price']> {
  return { index, ageMs, fresh: ageMs <= maxAgeMs }
}

function equityShown({ value, twin }: ValueView): OverviewEquity {
  return {
    close: value.equityClose.toString(),
    mark: value.equityMark.toString(),
    low: value.equityLow.toString(),
    high: value.equityHigh.toString(),
    unprotected: twin?.equity.toString() ?? null,
    unprotectedLiquidatedAtIso: twin?.liquidatedAt === undefined ? null : isoFromEpochMs(twin.liquidatedAt),
    cash: value.cash.toString(),
    realised: value.realised.toString(),
    unrealised: value.unrealised.toString(),
    fees: value.fees.toString(),
    funding: value.funding.toString(),
    premiumPaid: value.premiumPaid.toString(),
    payout: value.payout.toString(),
    initialMargin: value.initialMargin.toString(),
    maintenanceMargin: value.maintenanceMargin.toString(),
    staleMarks: [...value.staleMarks],
    missingPositions: [...value.missingPositions],
  }
}

function floorShown({ covers, value, index, programme, lowered }: FloorParts): Overview['floor'] {
  const inForce = coverInForce(covers)
  if (inForce === undefined) return null
  const dir = inForce.terms.side === 'long' ? 1n : -1n
  const { coverageId, floorEquity, floorPrice, drawdownLimit } = inForce
  const limit = programme !== undefined && drawdownLimit.isBelow(programme.limit) ? programme.limit : drawdownLimit
  const was = lowered(coverageId)
  return {
    coverageId,
    floorEquity: floorEquity.toString(),
    floorPrice: floorPrice.toString(),
    drawdownLimitUsdc: limit.toString(),
    lowered: was === undefined ? null : { fromUsdc: was.from, toUsdc: was.to, atIso: isoFromEpochMs(was.at) },
    distanceUsdc: value === undefined ? null : value.value.equityClose.minus(floorEquity).toString(),
    distanceOfPrice: index === undefined ? null : formatUnits(divideUnits((index - floorPrice.units) * dir, index)),
  }
}

/** A limit that the programme states holds whatever the covers promise. */
function programmeShown({ covers, value, programme }: FloorParts): Overview['programme'] {
  if (programme === undefined) return null
  const { level, limit } = programme
  return {
    level,
    limitUsdc: limit.toString(),
    distanceUsdc: value?.value.equityClose.minus(limit).toString() ?? null,
    floorDistanceUsdc: coverInForce(covers)?.floorEquity.minus(limit).toString() ?? null,
  }
}

function positionShown({ state, leverage, mark, pnl }: VenuePosition, view: ValueView | undefined): OverviewPosition {
  const { quantity, instrument, averageEntry } = state
  const size = quantity.abs()
  const value = view?.value
  const effective =
    value === undefined || !value.equityMark.isPositive()
      ? undefined
      : divideUnits(multiplyUnits(size.units, value.index.units), value.equityMark.units)
  return {
    instrument,
    side: quantity.isNegative() ? 'short' : 'long',
    size: size.toString(),
    entryPrice: averageEntry ?? null,
    leverageSet: leverage?.toString() ?? null,
    leverageEffective: effective === undefined ? null : formatUnits(effective),
    markPrice: mark?.toString() ?? null,
    pnlUsdc: pnl?.toString() ?? null,
    liquidationPriceWithoutCover: value === undefined ? null : liquidationPrice(value, size.units, quantity.isNegative() ? -1n : 1n),
  }
}

export function liquidationPrice(value: AccountValue, size: bigint, dir: 1n | -1n): string | null {
  const index = value.index.units
  const notional = multiplyUnits(size, index)
  if (notional === 0n) return null
  const rate = divideUnits(value.maintenanceMargin.units, notional)
  const equity = value.equityMark.units - value.hedgeMark.units
  const price = divideUnits(notional - dir * equity, multiplyUnits(size, ONE - dir * rate))
  return price > 0n ? formatUnits(price) : null
}

/** Perpetuals alone: an option of the hedge book is the leg of a cover. */
function hedgesShown({ proofs }: Views, account: string): OverviewHedge[] {
  const held = proofs.snapshot(account, 'margin')?.positions ?? []
  return held
    .filter(({ instrument, book }) => book === 'hedge' && instrument.endsWith('-PERPETUAL'))
    .map(({ instrument, side, quantity, averageEntryUsdc, markPriceUsdc, unrealised }) => ({
      instrument,
      side,
      size: quantity,
      entryPrice: averageEntryUsdc,
      markPrice: markPriceUsdc,
      pnlUsdc: unrealised,
    }))
}

function certifiedShown({ proofs }: Views, coverageId: string): OverviewCoverage['certified'] {
  const issued = proofs.certificate(coverageId)?.certificate
  if (issued === undefined) return null
  const { worst, excluded } = issued.result.settlement
  return {
    holds: issued.result.holds,
    worstEquityUsdc: worst.equity.toString(),
    worstIndexUsdc: worst.index.toString(),
    excluded: excluded.map(({ name, amount }) => ({ name, usdc: amount.toString() })),
    issuedAtIso: isoFromEpochMs(issued.inputs.certifiedAt),
  }
}

function coverageShown(views: Views, { coverage, mtm, ratio }: CoverageView, now: number): OverviewCoverage {
  return {
    coverageId: coverage.coverageId,
    state: coverage.state,
    instrument: coverName(coverage),
    optionType: coverage.optionType,
    strike: heldFrom(coverage).toString(),
    size: coverage.filled.toString(),
    expiryIso: isoFromEpochMs(coverage.expiry),
    hoursLeft: Math.max(0, (coverage.expiry - now) / HOUR_MS),
    premiumUsdc: coverage.premium.toString(),
    feeUsdc: coverage.fee.toString(),
    chargedUsdc: (coverage.charge?.charged ?? coverage.premium.plus(coverage.fee)).toString(),
    charge: (coverage.charge?.lines ?? []).map(({ name, usdc }) => ({ name, usdc: usdc.toString() })),
    mtmUsdc: mtm?.toString() ?? null,
    coverageRatio: ratio?.toString() ?? null,
    floorExcludes: [...(coverage.floorExcludes ?? [])],
    certified: certifiedShown(views, coverage.coverageId),
    renewal: coverage.terms.renewal,
    alarm: coverage.alarm ?? null,
  }
}

function alertShown({ name, subject, severity, since, explanation }: AlertView): AlertShown {
  const { gate, code, field, seen, limit } = explanation
  return {
    name,
    subject,
    severity,
    sinceIso: since === undefined ? null : isoFromEpochMs(since),
    code,
    field,
    seen,
    limit,
    text: `${gate}: ${field} is ${String(seen)}, limit ${String(limit)}`,
  }
}
