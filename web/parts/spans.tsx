/** Which stretch of market time a chart shows: a span that follows the newest point, or half a span earlier and later. */
import { canMove, moved, SPANS, type Known, type View } from '../model/view-span.ts'
import styles from './spans.module.css'

interface Props {
  readonly view: View
  readonly known: Known | undefined
  readonly onChoose: (view: View) => void
}

export function Spans({ view, known, onChoose }: Props) {
  const move = (direction: -1 | 1): void => {
    if (known !== undefined) onChoose(moved(view, known, direction))
  }
  const isFixed = (direction: -1 | 1): boolean => known === undefined || !canMove(view, known, direction)
  return (
    <fieldset className={styles['spans']}>
      <legend className="only-read">Time shown</legend>
      <button type="button" aria-label="Earlier" disabled={isFixed(-1)} onClick={() => move(-1)}>
        ←
      </button>
      {SPANS.map(({ label, ms }) => (
        <button
          key={label}
          type="button"
          aria-pressed={view.spanMs === ms && view.endAt === undefined}
          onClick={() => onChoose({ spanMs: ms, endAt: undefined })}
        >
          {label}
        </button>
      ))}
      <button type="button" aria-label="Later" disabled={isFixed(1)} onClick={() => move(1)}>
        →
      </button>
    </fieldset>
  )
}
