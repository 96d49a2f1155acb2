/**
 * A list of any length in the flow of the page: only the rows near the window exist. When the end comes near it asks for more. Rows may grow (an
 * opened one); what is above the reader then stays where it is. Keyboard and screen reader meet the rows in order, as they come.
 */
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import styles from './long-list.module.css'

interface Props<T> {
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => number
  readonly rowHeight: number
  /** What the list holds, for those who cannot see it. */
  readonly label: string
  readonly hasMore: boolean
  readonly isAsking: boolean
  readonly more: () => void
  readonly children: (row: T) => ReactNode
}

const NEAR = 12

export function LongList<T>({ rows, keyOf, rowHeight, label, hasMore, isAsking, more, children }: Props<T>) {
  const list = useRef<HTMLOListElement>(null)
  const [top, setTop] = useState(0)
  useEffect(() => {
    const element = list.current
    if (element === null) return undefined
    const measure = (): void => setTop(element.getBoundingClientRect().top + scrollY)
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    measure()
    return () => observer.disconnect()
  }, [])
  // oxlint-disable-next-line react/incompatible-library -- its functions stay inside this component, nothing memoized takes them
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: NEAR,
    scrollMargin: top,
    getItemKey: (place) => keyOf(rows[place] as T),
  })
  const items = virtual.getVirtualItems()
  const isNearEnd = (items.at(-1)?.index ?? -1) >= rows.length - NEAR
  useEffect(() => {
    if (isNearEnd && hasMore && !isAsking) more()
  }, [isNearEnd, hasMore, isAsking, more])
  return (
    <ol ref={list} className={styles['list']} aria-label={label} style={{ height: virtual.getTotalSize() }}>
      {items.map(({ key, index, start }) => (
        <li
          key={key}
          ref={virtual.measureElement}
          data-index={index}
          className={styles['row']}
          aria-posinset={index + 1}
          aria-setsize={hasMore ? -1 : rows.length}
          style={{ transform: `translateY(${start - top}px)` }}
        >
          {children(rows[index] as T)}
        </li>
      ))}
    </ol>
  )
}
