/**
 * A page without a browser for component tests: happy-dom's window as globals, `.tsx` and `?inline` style sheets made loadable. What Node has itself
 * (fetch, aborts, timers) stays Node's. Import it first; import what it is for afterwards, by `await import`.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Window } from 'happy-dom'
import { transformSync } from 'rolldown/utils'

registerHooks({
  load(url, context, next) {
    if (url.endsWith('.tsx')) {
      const file = fileURLToPath(url)
      const { code } = transformSync(file, readFileSync(file, 'utf8'), { jsx: { runtime: 'automatic' } })
      return { format: 'module', source: code, shortCircuit: true }
    }
    if (url.endsWith('.css?inline'))
      return {
        format: 'module',
        source: `export default ${JSON.stringify(readFileSync(fileURLToPath(url.replace('?inline', '')), 'utf8'))}`,
        shortCircuit: true,
      }
    return next(url, context)
  },
})

const NAMES = [
  'document',
  'customElements',
  'HTMLElement',
  'HTMLDialogElement',
  'HTMLIFrameElement',
  'Element',
  'Node',
  'Document',
  'DocumentFragment',
  'ShadowRoot',
  'CSSStyleSheet',
  'Event',
  'CustomEvent',
  'MutationObserver',
  'getComputedStyle',
] as const
const page = new Window({ url: 'https://partner.example/trade' })
const globals = globalThis as unknown as Record<string, unknown>
globals['window'] = page
for (const name of NAMES) globals[name] = (page as unknown as Record<string, unknown>)[name]

export { page }
