/**
 * A chart without a script: lines in an SVG that stretches to the page, labels and markers as text around it, so that both stay readable
 * from a phone to paper. Lines are points joined, or steps that hold a value until the next. A gap (no value) interrupts a line.
 * Units: instants in epoch ms, amounts in USDC.
 */
import { escapeHtml } from './html-text.ts'
import type { Scale } from './chart-scale.ts'

export interface Line {
  readonly name: string
  /** Class of its colour and stroke. */
  readonly style: string
  readonly kind: 'joined' | 'step'
  readonly points: readonly { readonly at: number; readonly value: number | null }[]
  /** Shown beside the name: where it stands at the end. */
  readonly note: string
}
export interface Marker {
  readonly at: number
  readonly letter: string
  readonly text: string
  readonly style: string
  /** Row of chips it stands in, so that neighbours do not cover each other. */
  readonly row: number
}
export interface Band {
  readonly from: number
  readonly to: number
}
export interface Chart {
  readonly id: string
  readonly title: string
  /** What there is to see, for those who do not see it. */
  readonly summary: string
  readonly x: Scale
  readonly y: Scale
  readonly lines: readonly Line[]
  readonly markers: readonly Marker[]
  /** Shaded: a cover in force. */
  readonly bands: readonly Band[]
  readonly footer: string
}

const WIDTH = 1_000
const HEIGHT = 400

export function chartHtml({ id, title, summary, x, y, lines, markers, bands, footer }: Chart): string {
  const rows = markers.length === 0 ? 0 : Math.max(...markers.map(({ row }) => row)) + 1
  return `<figure class="chart" aria-labelledby="${id}-title">
<figcaption id="${id}-title">${escapeHtml(title)}</figcaption>
<ul class="legend">${lines.map(legendHtml).join('')}</ul>
<div class="frame" style="--rows:${rows}">
<div class="chips">${markers.map((marker) => chipHtml(marker, x)).join('')}</div>
<div class="y" aria-hidden="true">${y.ticks.map(({ place, label }) => `<span style="bottom:${percent(place)}">${label}</span>`).join('')}</div>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(summary)}">
${bands.map((band) => bandSvg(band, x)).join('')}
${y.ticks.map(({ place }) => `<path class="grid" d="M0 ${down(place)}H${WIDTH}"/>`).join('')}
${markers.map((marker) => `<path class="rule ${marker.style}" d="M${along(x.place(marker.at))} 0V${HEIGHT}"/>`).join('')}
${lines.map((line) => `<path class="line ${line.style}" d="${pathOf(line, x, y)}"/>`).join('\n')}
</svg>
<div class="x" aria-hidden="true">${x.ticks.map(({ place, label }) => `<span style="left:${percent(place)}">${label}</span>`).join('')}</div>
</div>
${footer}
</figure>`
}

function legendHtml({ name, style, note }: Line): string {
  return `<li><svg class="key" viewBox="0 0 28 8" aria-hidden="true"><path class="line ${style}" d="M0 4H28"/></svg>${escapeHtml(name)} <span>${escapeHtml(note)}</span></li>`
}

function chipHtml({ at, letter, text, style, row }: Marker, x: Scale): string {
  return `<span class="chip ${style}" style="left:${percent(x.place(at))};--row:${row}" title="${escapeHtml(text)}">${letter}</span>`
}

function bandSvg({ from, to }: Band, x: Scale): string {
  const [left, right] = [Math.max(0, x.place(from)), Math.min(1, x.place(to))]
  return right <= left ? '' : `<rect class="band" x="${along(left)}" y="0" width="${along(right - left)}" height="${HEIGHT}"/>`
}

function pathOf({ points, kind }: Line, x: Scale, y: Scale): string {
  let path = ''
  let isDrawing = false
  for (const { at, value } of points) {
    const [left, top] = [along(x.place(at)), value === null ? '' : down(y.place(value))]
    if (isDrawing && kind === 'step') path += `H${left}`
    if (value !== null) path += isDrawing ? (kind === 'step' ? `V${top}` : `L${left} ${top}`) : `M${left} ${top}`
    isDrawing = value !== null
  }
  return path
}

function along(share: number): string {
  return fixed(share * WIDTH)
}

function down(share: number): string {
  return fixed((1 - share) * HEIGHT)
}

function percent(share: number): string {
  return `${fixed(share * 100)}%`
}

/** Two places, no zeros at the end: the same text for the same number everywhere. */
function fixed(value: number): string {
  return String(Math.round(value * 100) / 100)
}
