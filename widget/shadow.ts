/**
 * The widget's own ground inside somebody else's page: a shadow root with style sheets of its own. A constructed sheet passes the strictest content policy,
 * and one is shared by all instances of a page. What the host page writes, `!important` and `*` included, ends at the host element.
 */
import css from './styles/widget.css?inline'

const sheets = new Map<string, CSSStyleSheet>()

/** The element to draw in. Called again for the same host it gives the same one. */
export function groundOf(host: HTMLElement): HTMLElement {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  const known = shadow.querySelector<HTMLElement>('.root')
  if (known !== null) return known
  dress(shadow, css)
  const ground = document.createElement('div')
  ground.className = 'root'
  ground.lang = 'en'
  shadow.append(ground)
  return ground
}

/** Puts a style sheet on, once. */
export function dress(root: ShadowRoot, text: string): void {
  const sheet = sheets.get(text) ?? new CSSStyleSheet()
  if (!sheets.has(text)) sheet.replaceSync(text)
  sheets.set(text, sheet)
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
}
