/**
 * The widget itself: positions and covers as they stand, the form, the firm price, the purchase. One live region speaks for all of them. Everything that takes
 * time is a part under `live/`, and ends when this is taken off the page.
 */
import { useCallback, useEffect, useId, useMemo, useRef } from 'react'
import type { Ask } from './api/ask.ts'
import { clientOf } from './api/client.ts'
import type { Client } from './api/client.ts'
import { useFlow } from './flow.ts'
import type { Tell } from './flow.ts'
import { Monitor } from './live/monitor.ts'
import type { Clock } from './live/store.ts'
import type { Plan } from './model/wish.ts'
import { Head } from './parts/head.tsx'
import { useModal } from './parts/modals.tsx'
import { Overview } from './parts/overview.tsx'
import { Steps } from './parts/steps.tsx'
import { Announce, useStore } from './parts/use-store.ts'
import { demoSource } from './sources/demo.ts'
import type { PositionSource } from './sources/source.ts'

export interface Inputs {
  readonly accountId: string
  readonly ask: Ask
  readonly clock: Clock
  /** Absent: the account's own positions, as the API has them. */
  readonly source?: PositionSource | undefined
  readonly tier?: string | undefined
  readonly fixedPriceUsdc?: string | undefined
  readonly tell: Tell
}

export function Protection({ accountId, ask, clock, source, tier, fixedPriceUsdc, tell }: Inputs) {
  const plan: Plan = useMemo(() => ({ tier, fixedPriceUsdc }), [tier, fixedPriceUsdc])
  const client: Client = useMemo(() => clientOf(ask, accountId), [ask, accountId])
  const monitor = useMemo(() => new Monitor({ client, source: source ?? demoSource(client), clock }), [client, source, clock])
  const standing = useStore(monitor.store)
  const live = useRef<HTMLParagraphElement>(null)
  const id = useId()
  const announce = useCallback((words: string) => {
    if (live.current !== null) live.current.textContent = words
  }, [])
  const flow = useFlow({ monitor, announce, tell })
  usePaused(monitor)
  const coverageIds = (standing.covers ?? []).map(({ coverageId }) => coverageId)
  const modal = useModal({ client, accountId, coverageIds })
  return (
    <Announce.Provider value={announce}>
      <article className="card" aria-labelledby={id} data-step={flow.step.kind}>
        <Head id={id} standing={standing} clock={clock} />
        <Steps {...{ client, clock, monitor, standing, flow, tell }} />
        <Overview
          {...{ client, clock, standing, plan }}
          bought={flow.bought}
          market={monitor.market}
          isShown={flow.step.kind === 'overview'}
          onWish={flow.ask}
          onRetry={() => monitor.refresh()}
          onCertificate={(coverageId) => modal.open({ kind: 'certificate', coverageId })}
        />
        <div className="foot">
          <button type="button" className="link" onClick={() => modal.open({ kind: 'audit' })}>
            Audit trail
          </button>
          <span className="soft">Ballast · {accountId}</span>
        </div>
      </article>
      <p className="only-read" aria-live="polite" ref={live} />
      {modal.element}
    </Announce.Provider>
  )
}

/** A page in the background asks nothing; the listener goes with the widget. */
function usePaused(monitor: Monitor): void {
  useEffect(() => {
    const follow = (): void => monitor.pause(document.visibilityState === 'hidden')
    follow()
    document.addEventListener('visibilitychange', follow)
    return () => document.removeEventListener('visibilitychange', follow)
  }, [monitor])
}
