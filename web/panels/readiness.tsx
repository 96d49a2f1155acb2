/** Able to act safely? Check by check, failed ones first; with any failed no new risk is taken, protection that stands goes on. */
import type { Overview } from '#api/contract-page.ts'
import type { Live } from '../live/feed.ts'
import { decimal } from '../format/decimal.ts'
import { age } from '../format/time.ts'
import { Glyph } from '../parts/glyph.tsx'
import { toldBy } from '../live/use-live.ts'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './panel.module.css'

export const readinessPanel: FlowPanel = { id: 'readiness', title: 'Ready to act', zone: 'half', Body: Readiness }

function Readiness(live: Live) {
  return (
    <Answered answer={toldBy(live)} minRows={17}>
      {({ readiness }) => <Checks checks={readiness.toSorted((a, b) => Number(a.ok) - Number(b.ok))} />}
    </Answered>
  )
}

function Checks({ checks }: { readonly checks: Overview['readiness'] }) {
  return (
    <ul className={styles['list']}>
      {checks.map(({ name, ok, detail }) => (
        <li key={name}>
          <Glyph tone={ok ? 'ok' : 'bad'} />
          <span>
            {name}
            {ok ? <span className="only-read">: ok</span> : ': not ready'}
            <span className={styles['detail']}>{readable(detail)}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}

/** `index 145327 ms old` -> `index 2 min 25 s old`, and digits in groups. */
function readable(detail: string): string {
  return detail
    .replaceAll(/\b(\d+) ms\b/g, (_, ms: string) => age(Number(ms)))
    .replaceAll(/\b1 accounts agree\b/g, '1 account agrees')
    .replaceAll(/\d{4,}/g, (digits) => decimal(digits, { places: 0 }))
}
