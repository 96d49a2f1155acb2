/**
 * A platform that can begin anew while its hosts stay (C-34, `POST /admin/reset`): the running one is stopped cleanly, its journals are sealed and
 * archived, and another is started in its place. Hosts hold this front, which always speaks of the one that runs; what listened to the
 * steps of the old one listens to the new one. Between the two there is nothing to ask: `isBetween` says so.
 */
import { assert, present } from '#base/assert.ts'
import type { StepReport } from '#engine/engine.ts'
import type { Platform, ResetOutcome } from './platform.ts'
import type { StartedSim } from './start-sim.ts'
import type { Views } from './view-models.ts'

export interface Resettable {
  readonly platform: Platform
  readonly views: Views
  /** True while one platform is gone and the next not there. */
  isBetween(): boolean
  stop(): Promise<void>
}

export async function startResettable(start: (reset: boolean) => Promise<StartedSim>, resetFirst: boolean): Promise<Resettable> {
  const front = new Front(start, await start(resetFirst))
  return { platform: front.platform, views: front.views, isBetween: () => front.isBetween, stop: () => front.stop() }
}

class Front {
  readonly platform: Platform
  readonly views: Views
  readonly #start: (reset: boolean) => Promise<StartedSim>
  readonly #listeners = new Map<(report: StepReport) => void, () => void>()
  #running: StartedSim
  #between: Promise<ResetOutcome> | undefined
  #isStopped = false

  constructor(start: (reset: boolean) => Promise<StartedSim>, running: StartedSim) {
    this.#start = start
    this.#running = running
    this.platform = standingFor(() => this.#running.platform, {
      onStep: (listener) => this.#listen(listener),
      reset: () => this.#reset(),
      stop: () => this.stop(),
    })
    this.views = standingFor<Views>(() => this.#running.views, {})
  }

  get isBetween(): boolean {
    return this.#between !== undefined
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#between?.catch(() => undefined)
    await this.#running.stop()
  }

  /** A second call while one is under way is the same reset. */
  #reset(): Promise<ResetOutcome> {
    this.#between ??= this.#beginAnew().finally(() => {
      this.#between = undefined
    })
    return this.#between
  }

  async #beginAnew(): Promise<ResetOutcome> {
    assert(!this.#isStopped, 'what was stopped is not reset')
    await this.#running.stop()
    const next = await this.#start(true)
    this.#running = next
    for (const listener of this.#listeners.keys()) this.#listeners.set(listener, next.platform.onStep(listener))
    return {
      sealedJournal: present(next.sealed, 'a platform that ran has a journal to seal'),
      newJournal: { journalId: next.platform.info.journalId },
    }
  }

  #listen(listener: (report: StepReport) => void): () => void {
    this.#listeners.set(listener, this.#running.platform.onStep(listener))
    return () => {
      this.#listeners.get(listener)?.()
      this.#listeners.delete(listener)
    }
  }
}

/** Reads every property from the one that runs now, but for those of its own. */
function standingFor<T extends object>(running: () => T, own: Partial<T>): T {
  return new Proxy({} as T, {
    get: (_target, name) => (Object.hasOwn(own, name) ? Reflect.get(own, name) : Reflect.get(running(), name)) as unknown,
    has: (_target, name) => Object.hasOwn(own, name) || Reflect.has(running(), name),
  })
}
