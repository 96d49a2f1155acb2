/** What runs inside the browser for the pictures; as in `in-page.ts`, each function is sent to the page as text and uses nothing but its arguments. */
interface Shown {
  readonly tagName: string
  readonly childNodes: Iterable<{ readonly nodeType: number; readonly textContent: string | null }>
  readonly value?: string
  getAttribute(name: string): string | null
  matches(selector: string): boolean
  checkVisibility(): boolean
  getBoundingClientRect(): { readonly left: number; readonly top: number; readonly width: number; readonly height: number }
}
interface Drawing {
  font: string
  readonly fillStyle: unknown
  readonly strokeStyle: unknown
  readonly canvas: { width: number; height: number; toDataURL(): string }
  fillText(text: string, x: number, y: number): void
}
interface Canvas {
  getContext(kind: '2d'): Drawing
}
declare const document: {
  readonly fonts: { add(face: object): void }
  createElement(name: 'canvas'): Canvas
  querySelectorAll(selector: string): Iterable<Shown>
}
declare const getComputedStyle: (of: Shown, part?: string) => Readonly<Record<string, string>>
declare const FontFace: new (family: string, bytes: Uint8Array, how: { readonly weight: string; readonly unicodeRange: string }) => object
declare const CanvasRenderingContext2D: { readonly prototype: Record<'fillText' | 'fill' | 'stroke', (...args: unknown[]) => void> }
/** What canvases were told to write, and the colours they wrote and drew with: they are no elements. */
declare const drawn: { readonly texts: Set<string>; readonly colours: Set<string> }

interface Font {
  readonly family: string
  readonly range: string
  readonly woff2: string
}

/** The fonts are there at once, not when they have loaded: a canvas draws but once. */
export function bringFonts(fonts: readonly Font[]): void {
  for (const { family, range, woff2 } of fonts) {
    document.fonts.add(new FontFace(family, Uint8Array.fromBase64(woff2), { weight: '100 900', unicodeRange: range }))
  }
  const kept = { texts: new Set<string>(), colours: new Set<string>() }
  Object.assign(globalThis, { drawn: kept })
  const canvas = CanvasRenderingContext2D.prototype
  for (const name of ['fillText', 'fill', 'stroke'] as const) {
    const draw = canvas[name]
    canvas[name] = function (this: Drawing, ...args) {
      if (name === 'fillText') kept.texts.add(String(args[0]))
      kept.colours.add(String(name === 'stroke' ? this.strokeStyle : this.fillStyle))
      draw.apply(this, args)
    }
  }
}

/**
 * Characters on the page that no font of the pictures has, each with its family: what is drawn for them is what is drawn for a character that nobody has.
 * That holds while the machine's own fonts are hidden, and it is seen by two letters in a family that the pictures do not bring: they look the same.
 */
export function strayCharacters(): readonly string[] {
  const context = document.createElement('canvas').getContext('2d')
  const picture = (character: string, family: string): string => {
    context.canvas.width = 32 // empties it
    context.canvas.height = 32
    context.font = `24px ${family}`
    context.fillText(character, 4, 24)
    return context.canvas.toDataURL()
  }
  const written = [...drawn.texts].join('')
  if (picture('A', 'sans-serif') !== picture('B', 'sans-serif')) return ['a font of this machine is in use']
  const texts = new Map<string, string>([
    [getComputedStyle([...document.querySelectorAll('body')][0] as Shown)['fontFamily'] ?? '', written],
  ])
  for (const element of document.querySelectorAll('body, body *')) {
    const own = [...element.childNodes].map(({ nodeType, textContent }) => (nodeType === 3 ? textContent : '')).join('')
    const around = ['::before', '::after'].map((part) => (getComputedStyle(element, part)['content'] ?? '').replace(/^(none|normal)$/, ''))
    const text = [own, element.matches('input[type=search], input:not([type])') ? element.value : '', ...around].join('')
    const { fontFamily = '' } = getComputedStyle(element)
    texts.set(fontFamily, (texts.get(fontFamily) ?? '') + text)
  }
  return [...texts].flatMap(([family, text]) => {
    const missing = picture('\u{10FFFD}', family)
    const used = [...new Set(text)].filter((one) => !/[\s\u200B\u2060]/u.test(one))
    return used.filter((one) => picture(one, family) === missing).map((one) => `${one} in ${family.split(',', 1)[0]}`)
  })
}

export type Box = readonly [left: number, top: number, width: number, height: number]
/** What it is (its words, or in <> its kind), where it stands in whole pixels, and its colour: of the words, or of the ground. */
export type Outlined = readonly [what: string, box: Box, colour: string]

/** Every word, field, panel and drawing of the page from top to bottom, below the fold as well, and at the end every colour there is. */
export function outline(): readonly Outlined[] {
  const kinds = new Set(['MAIN', 'HEADER', 'NAV', 'SECTION', 'ARTICLE', 'DIALOG', 'TABLE', 'CANVAS', 'svg'])
  const colours = new Set(drawn.colours)
  const entries: Outlined[] = []
  for (const element of document.querySelectorAll('body *')) {
    if (!element.checkVisibility()) continue
    const style = getComputedStyle(element)
    const { color = '', backgroundColor = '' } = style
    for (const name of ['color', 'backgroundColor', 'fill', 'stroke']) colours.add(style[name] ?? '')
    for (const side of ['Top', 'Right', 'Bottom', 'Left']) {
      if (style[`border${side}Width`] !== '0px') colours.add(style[`border${side}Color`] ?? '')
    }
    const own = [...element.childNodes].map(({ nodeType, textContent }) => (nodeType === 3 ? textContent : '')).join('')
    const words = (element.matches('input') ? (element.value ?? '') : own).replaceAll(/\s+/gu, ' ').trim()
    if (words === '' && !kinds.has(element.tagName)) continue
    const { left, top, width, height } = element.getBoundingClientRect()
    const box = [left, top, width, height].map(Math.round) as unknown as Box
    const kind = `<${element.tagName.toLowerCase()} ${element.getAttribute('id') ?? ''}>`
    entries.push(words === '' ? [kind, box, backgroundColor] : [words, box, color])
  }
  return [...entries, ['<colours>', [0, 0, 0, 0], [...colours].toSorted().join('; ')]]
}
