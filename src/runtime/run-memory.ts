/**
 * What screens remember of a run beyond the components' states: the last decisions, where identities came from, since when alerts stand. Fed
 * by every step, replayed ones included, and kept in the engine's snapshots, so that links and lists are whole after a restart. A read
 * model: nothing decides on it.
 */
import type { Engine, StepReport } from '#engine/engine.ts'
import { coverage } from '#stages/protection/coverage.ts'
import type { EpochMs } from '#units/time.ts'
import { DecisionLog } from './decision-log.ts'
import type { SavedDecisions } from './decision-log.ts'
import { OrderLives } from './order-lives.ts'
import type { OrderLife } from './order-lives.ts'
import { Origins } from './origins.ts'
import { QuoteTimes } from './quote-times.ts'
import type { QuoteTime } from './quote-times.ts'

/** Plain JSON. */
export interface SavedMemory {
  readonly decisions: SavedDecisions
  readonly origins: readonly (readonly [string, number])[]
  readonly raisedAt: readonly (readonly [string, EpochMs])[]
  /** Absent in snapshots older than these lists: they begin anew. */
  readonly lives?: readonly OrderLife[]
  readonly quoteTimes?: readonly (readonly [string, QuoteTime])[]
}

export class RunMemory {
  readonly decisions: DecisionLog
  readonly origins: Origins
  /** By `<name> <subject>`. */
  readonly raisedAt: Map<string, EpochMs>
  readonly lives: OrderLives
  readonly quoteTimes: QuoteTimes

  /** At the state where the engine stands: a first one, or that of the snapshot `saved` came with. */
  constructor(engine: Engine, saved?: SavedMemory) {
    this.decisions = saved === undefined ? new DecisionLog(engine.stateOf(coverage).recent, engine.seq) : DecisionLog.from(saved.decisions)
    this.origins = new Origins(engine, saved?.origins)
    this.raisedAt = new Map(saved?.raisedAt)
    this.lives = new OrderLives(engine, saved?.lives)
    this.quoteTimes = new QuoteTimes(saved?.quoteTimes)
  }

  observe(report: StepReport): void {
    this.decisions.observe(report)
    this.origins.observe(report)
    this.lives.observe(report)
    this.quoteTimes.observe(report)
    for (const { topic, key, at, body } of report.decisions) {
      if (topic !== 'alerts') continue
      if (body.state === 'raised') this.raisedAt.set(`${body.name} ${key}`, at)
      else this.raisedAt.delete(`${body.name} ${key}`)
    }
  }

  save(): SavedMemory {
    return {
      decisions: this.decisions.save(),
      origins: this.origins.save(),
      raisedAt: [...this.raisedAt],
      lives: this.lives.save(),
      quoteTimes: this.quoteTimes.save(),
    }
  }
}
