/** Types of `ballast-widget.js`: the element `<ballast-protection>`. Importing the file defines it; nothing else is exported. */
import type { Activated, FetchPositions, HeldPosition, PositionSource, Quoted, Refused } from './ballast-protection-react.js'

declare global {
  interface HTMLElementTagNameMap {
    'ballast-protection': HTMLElement & {
      /** With `source="partner"`: what the account holds, by the page's own word; only written. */
      set positions(positions: readonly HeldPosition[])
      set fetchPositions(fetchPositions: FetchPositions)
      set positionSource(source: PositionSource)
    }
  }
  interface HTMLElementEventMap {
    'ballast:quoted': CustomEvent<Quoted>
    'ballast:activated': CustomEvent<Activated>
    'ballast:refused': CustomEvent<Refused>
  }
}
export {}
