/** The bundle a page embeds with one script tag: it defines `<ballast-protection>`. Loaded twice it defines it once. */
import { defineBallastProtection } from './element.tsx'

if ('customElements' in globalThis) defineBallastProtection()
