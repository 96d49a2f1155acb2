/**
 * The frame around every page: navigation, header, the answer, and the panels of the page that the path names. The overview has zones of
 * its own, read straight down on narrow screens; the other pages let their panels flow in one or two columns. A move to another page puts
 * the focus on its heading, so that a screen reader says where one is. The tab's title carries answer, price, mode and page.
 */
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { CONSOLE_PAGES, type ConsolePage } from '#api/contract-console.ts'
import { Header } from './header.tsx'
import type { Live } from './live/feed.ts'
import { useLive } from './live/use-live.ts'
import { useZone } from './live/use-zone.ts'
import { safetyOf } from './model/safety.ts'
import { usdc } from './format/decimal.ts'
import { likelyNext, PAGES } from './pages/registry.ts'
import type { OverviewZone, Panel } from './panels/panel.ts'
import { Boundary } from './parts/boundary.tsx'
import { Loaded } from './parts/loaded.tsx'
import { AnswerStrip } from './shell/answer-strip.tsx'
import { Navigation } from './shell/navigation.tsx'
import styles from './page.module.css'

const IDLE_MS = 2_500
const ZONES: readonly OverviewZone[] = ['glance', 'chart', 'next', 'holdings', 'decisions', 'health']

export function Page() {
  const live = useLive()
  const zone = useZone()
  const [location] = useLocation()
  const page = CONSOLE_PAGES.find(({ path }) => path === location)
  useTitle(live, page)
  return (
    <div className={styles['page']} data-connection={live.connection.state}>
      <a className={styles['skip']} href="#content">
        To the content
      </a>
      <Navigation page={page} />
      <div className={styles['body']}>
        <Header {...live} />
        {page?.id === 'overview' ? null : <AnswerStrip {...live} />}
        <main id="content" className={styles['main']} tabIndex={-1} key={zone}>
          <Heading key={location} title={page?.title ?? 'There is no such page'} />
          {page === undefined ? (
            <Link href="/">To the overview</Link>
          ) : (
            <Loaded key={page.id} part={PAGES[page.id]} what={`The page ${page.title}`} isConnected={live.connection.state === 'live'}>
              {({ PANELS }) => <Content page={page} panels={PANELS} live={live} />}
            </Loaded>
          )}
        </main>
        <footer className={styles['footer']}>
          <a href="/docs">API</a> <a href="/api/overview">These numbers as JSON</a>
        </footer>
      </div>
    </div>
  )
}

let shownPages = 0

/** Takes the focus when it appears, save for the first page of a visit. */
function Heading({ title }: { readonly title: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (shownPages++ > 0) heading.current?.focus()
  }, [])
  return (
    <h1 ref={heading} className={styles['title']} tabIndex={-1}>
      {title}
    </h1>
  )
}

interface ContentProps {
  readonly page: ConsolePage
  readonly panels: readonly Panel[]
  readonly live: Live
}

function Content({ page, panels, live }: ContentProps) {
  useIdle(() => void PAGES[likelyNext(page.id)].want(), page.id)
  if (page.id !== 'overview')
    return (
      <div className={styles['flow']}>
        {panels.map((panel) => (
          <Section key={panel.id} panel={panel} live={live} />
        ))}
      </div>
    )
  return (
    <div className={styles['overview']}>
      {ZONES.map((zone) => (
        <div key={zone} className={styles['zone']} data-zone={zone}>
          {panels
            .filter((panel) => panel.zone === zone)
            .map((panel) => (
              <Section key={panel.id} panel={panel} live={live} />
            ))}
        </div>
      ))}
    </div>
  )
}

function Section({ panel: { id, title, zone, Body }, live }: { readonly panel: Panel; readonly live: Live }): ReactNode {
  return (
    <section className={styles['panel']} data-panel={id} data-place={zone} aria-labelledby={`panel-${id}`}>
      <h2 id={`panel-${id}`}>{title}</h2>
      <Boundary>
        <Body {...live} />
      </Boundary>
    </section>
  )
}

/** Once nothing else is to be done, and not where the reader pays for every byte. */
function useIdle(run: () => void, page: ConsolePage['id']): void {
  const idle = useEffectEvent(run)
  useEffect(() => {
    const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } }
    if (connection?.saveData === true) return undefined
    const later = setTimeout(() => idle(), IDLE_MS)
    return () => clearTimeout(later)
  }, [page])
}

function useTitle({ overview, connection }: Live, page: ConsolePage | undefined): void {
  const title = titleOf({ overview, connection }, page)
  useEffect(() => {
    document.title = title
  }, [title])
}

function titleOf({ overview, connection }: Pick<Live, 'overview' | 'connection'>, page: ConsolePage | undefined): string {
  const name = page === undefined || page.id === 'overview' ? 'Ballast' : `${page.title} · Ballast`
  if (overview === undefined) return name
  const { answer } = safetyOf(overview, { isLost: connection.state === 'lost', problem: connection.problem })
  return `${answer} · ${usdc(overview.price?.index)} · ${overview.platform.mode.toUpperCase()} · ${name}`
}
