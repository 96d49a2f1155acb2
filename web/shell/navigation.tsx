/**
 * The way from page to page: a rail on wide screens, a bar under the thumb on phones with the four pages of a night call and the rest in
 * a menu. Every link is a link: it opens in a new tab, and its address can be sent to a colleague.
 */
import { useRef } from 'react'
import { Link } from 'wouter'
import { CONSOLE_PAGES, type ConsolePage } from '#api/contract-console.ts'
import { PAGES } from '../pages/registry.ts'
import styles from './navigation.module.css'

/** Is it safe, why, what may be pressed: these stay in sight on a phone. */
const IN_BAR: ReadonlySet<ConsolePage['id']> = new Set(['overview', 'protection', 'decisions', 'system'])

export function Navigation({ page }: { readonly page: ConsolePage | undefined }) {
  const menu = useRef<HTMLDivElement>(null)
  const close = (): void => menu.current?.hidePopover()
  const rest = CONSOLE_PAGES.filter(({ id }) => !IN_BAR.has(id))
  const isInRest = rest.some(({ id }) => id === page?.id)
  return (
    <nav className={styles['nav']} aria-label="Pages">
      <div className={styles['rail']}>
        <p className={styles['name']}>Ballast</p>
        <ul>
          {CONSOLE_PAGES.map((one, index) => (
            <Item key={one.id} page={one} isHere={one.id === page?.id} hint={index + 1} />
          ))}
        </ul>
      </div>
      <ul className={styles['bar']}>
        {CONSOLE_PAGES.filter(({ id }) => IN_BAR.has(id)).map((one) => (
          <Item key={one.id} page={one} isHere={one.id === page?.id} />
        ))}
        <li>
          <button type="button" popoverTarget="more-pages" data-here={isInRest}>
            {isInRest ? page?.title : 'More'}
            <span aria-hidden="true"> ▴</span>
            {isInRest ? <span className="only-read">, more pages</span> : null}
          </button>
        </li>
      </ul>
      <div ref={menu} id="more-pages" popover="auto" className={styles['menu']}>
        <ul>
          {rest.map((one) => (
            <Item key={one.id} page={one} isHere={one.id === page?.id} onFollow={close} />
          ))}
        </ul>
      </div>
    </nav>
  )
}

interface ItemProps {
  readonly page: ConsolePage
  readonly isHere: boolean
  /** The key that opens it. */
  readonly hint?: number
  readonly onFollow?: () => void
}

function Item({ page: { id, path, title }, isHere, hint, onFollow }: ItemProps) {
  const want = (): void => void PAGES[id].want() // whoever points at a page is about to open it
  return (
    <li>
      <Link
        href={path}
        aria-current={isHere ? 'page' : undefined}
        onPointerEnter={want}
        onFocus={want}
        {...(onFollow === undefined ? {} : { onClick: onFollow })}
      >
        {title}
        {hint === undefined ? null : <kbd aria-hidden="true">{hint}</kbd>}
      </Link>
    </li>
  )
}
