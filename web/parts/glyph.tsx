/** A tone as a shape: tick in a disc, triangle, cross in a square, dashed ring. Told apart without colour; the words beside it say the rest. */
import type { Tone } from '../model/safety.ts'
import styles from './glyph.module.css'

const SHAPES: Readonly<Record<Tone, { readonly outline: string; readonly mark: string }>> = {
  ok: { outline: 'M12 1.5a10.5 10.5 0 1 1 0 21a10.5 10.5 0 0 1 0-21Z', mark: 'M7 12.500l3.500 3.500L17 9' },
  warn: { outline: 'M12 2L23 21.500H1Z', mark: 'M12 9.500v5.500M12 17.600v1' },
  bad: { outline: 'M2 2h20v20H2Z', mark: 'M8 8l8 8M16 8l-8 8' },
  unknown: { outline: 'M12 2a10 10 0 1 1 0 20a10 10 0 0 1 0-20Z', mark: 'M8 12h8' },
}

export function Glyph({ tone }: { readonly tone: Tone }) {
  const { outline, mark } = SHAPES[tone]
  return (
    <svg className={styles['glyph']} data-tone={tone} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path className={styles['outline']} d={outline} />
      <path className={styles['mark']} d={mark} />
    </svg>
  )
}
