/** `<BallastProtection …/>` for pages that have React already: the same widget, drawn into a shadow root of its own. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { askAt } from './api/ask.ts'
import type { Told } from './flow.ts'
import { CLOCK } from './live/store.ts'
import { Protection } from './protection.tsx'
import { groundOf } from './shadow.ts'
import { partnerSource } from './sources/partner.ts'
import type { FetchPositions } from './sources/partner.ts'
import type { HeldPosition, PositionSource } from './sources/source.ts'

export interface BallastProtectionProps {
  readonly accountId: string
  /** Where the API is reachable from this page; absent: on the page's own host. */
  readonly endpoint?: string
  readonly theme?: 'auto' | 'light' | 'dark'
  /**
   * What the account holds, by the page's own word: a list, a function that gives one, or a source of the page's own. Keep it the same object while it
   * says the same. Absent: the account's own positions, as the API has them.
   */
  readonly positions?: readonly HeldPosition[] | FetchPositions | PositionSource
  readonly tier?: string
  readonly fixedPriceUsdc?: string
  readonly onQuoted?: (quote: Told['quoted']) => void
  readonly onActivated?: (cover: Told['activated']) => void
  readonly onRefused?: (refusal: Told['refused']) => void
}

export function BallastProtection(props: BallastProtectionProps) {
  const { accountId, endpoint = '', theme = 'auto', positions, tier, fixedPriceUsdc } = props
  const host = useRef<HTMLDivElement>(null)
  const [ground, setGround] = useState<HTMLElement>()
  useEffect(() => {
    if (host.current !== null) setGround(groundOf(host.current))
  }, [])
  const source = useMemo(() => sourceOf(positions), [positions])
  const ask = useMemo(() => askAt(endpoint), [endpoint])
  const listeners = useRef(props)
  useEffect(() => {
    listeners.current = props
  })
  const tell = useCallback(<Name extends keyof Told>(name: Name, detail: Told[Name]): void => {
    const { onQuoted, onActivated, onRefused } = listeners.current
    const listener = { quoted: onQuoted, activated: onActivated, refused: onRefused }[name] as ((detail: Told[Name]) => void) | undefined
    listener?.(detail)
  }, [])
  return (
    <div ref={host} {...{ theme }}>
      {ground === undefined
        ? null
        : createPortal(<Protection key={accountId} {...{ accountId, ask, source, tier, fixedPriceUsdc, tell }} clock={CLOCK} />, ground)}
    </div>
  )
}

function sourceOf(positions: BallastProtectionProps['positions']): PositionSource | undefined {
  if (positions === undefined) return undefined
  return 'load' in positions ? positions : partnerSource(positions)
}
