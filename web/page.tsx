/**
 * The one screen: header, then the zones in reading order, each with its panels from the registry. On wide screens holdings stand beside
 * the chart and health beside the decisions; narrow ones read straight down. The tab's title carries answer, price and mode.
 */
import { useEffect } from 'react'
import { Header } from './header.tsx'
import type { Live } from './live/feed.ts'
import { useLive } from './live/use-live.ts'
import { safetyOf } from './model/safety.ts'
import { usdc } from './format/decimal.ts'
import type { Zone } from './panels/panel.ts'
import { PANELS } from './panels/registry.ts'
import styles from './page.module.css'

const ZONES: readonly Zone[] = ['glance', 'chart', 'holdings', 'decisions', 'health']

export function Page() {
  const live = useLive()
  const title = titleOf(live)
  useEffect(() => {
    document.title = title
  }, [title])
  return (
    <div className={styles['page']} data-connection={live.connection.state}>
      <Header {...live} />
      <main className={styles['main']}>
        {ZONES.map((zone) => (
          <div key={zone} className={styles['zone']} data-zone={zone}>
            {PANELS.filter((panel) => panel.zone === zone).map(({ id, title: heading, Body }) => (
              <section key={id} className={styles['panel']} data-panel={id} aria-labelledby={`panel-${id}`}>
                <h2 id={`panel-${id}`}>{heading}</h2>
                <Body {...live} />
              </section>
            ))}
          </div>
        ))}
      </main>
      <footer className={styles['footer']}>
        Times are market time in UTC. <a href="/docs">API</a> <a href="/api/overview">These numbers as JSON</a>
      </footer>
    </div>
  )
}

function titleOf({ overview, connection }: Live): string {
  if (overview === undefined) return 'Ballast'
  const { answer } = safetyOf(overview, { isLost: connection.state === 'lost', problem: connection.problem })
  return `${answer} · ${usdc(overview.price?.index)} · ${overview.platform.mode.toUpperCase()} · Ballast`
}
