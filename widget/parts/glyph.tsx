/** A state's sign, so that colour is never the only signal. Drawn, not typed: fonts of a host page do not reach it. Silent: the word stands beside it. */
export type Tone = 'ok' | 'warn' | 'bad' | 'quiet'

const PATHS: Readonly<Record<Tone, string>> = {
  ok: 'M8 1 14 3.2V7.5c0 3.6-2.4 6.2-6 7.5-3.6-1.3-6-3.9-6-7.5V3.2ZM5 8l2.2 2.2L11.2 6',
  warn: 'M8 1.8 15 14H1ZM8 6v4M8 11.8v.4',
  bad: 'M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5ZM5.5 5.5l5 5M10.5 5.5l-5 5',
  quiet: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2',
}

export function Glyph({ tone }: { readonly tone: Tone }) {
  return (
    <svg className={`glyph ${tone}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[tone]} />
    </svg>
  )
}
