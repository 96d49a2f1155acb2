/**
 * `<ballast-protection account-id=… endpoint=… theme="auto|light|dark" source="demo|partner" tier=… fixed-price=…>`: the widget for any page. Attributes may
 * change at any time. With `source="partner"` the page hands its positions in: `element.positions = […]`, or `element.fetchPositions = async () => […]`, or a
 * source of its own as `element.positionSource`; until then nothing is shown and nothing is stated. Events: `ballast:quoted`, `ballast:activated`,
 * `ballast:refused`; they bubble and cross shadow roots. Taken off the page it leaves no listener, timer or request behind.
 */
import { createRoot } from 'react-dom/client'
import type { Root } from 'react-dom/client'
import { askAt } from './api/ask.ts'
import type { Ask } from './api/ask.ts'
import type { Told } from './flow.ts'
import { CLOCK } from './live/store.ts'
import { Protection } from './protection.tsx'
import { groundOf } from './shadow.ts'
import { partnerSource } from './sources/partner.ts'
import type { FetchPositions, PartnerSource } from './sources/partner.ts'
import type { HeldPosition, PositionSource } from './sources/source.ts'

const NAME = 'ballast-protection'
const ATTRIBUTES = ['account-id', 'endpoint', 'theme', 'source', 'tier', 'fixed-price']
const HANDED_IN = ['positions', 'fetchPositions', 'positionSource'] as const

/** A page that is drawn on a server has no elements; there the module only loads. */
const Base = (globalThis as { readonly HTMLElement?: typeof HTMLElement }).HTMLElement ?? (class {} as typeof HTMLElement)

export class BallastProtectionElement extends Base {
  static readonly observedAttributes = ATTRIBUTES
  #root: Root | undefined
  #ask: { readonly endpoint: string; readonly ask: Ask } | undefined
  #partner: PartnerSource | undefined
  #source: PositionSource | undefined
  #leaving = false

  /** What the account holds, by the page's own word; replaces what was handed in before. */
  set positions(positions: readonly HeldPosition[]) {
    if (this.#partner !== undefined && this.#source === this.#partner) this.#partner.set(positions)
    else {
      this.#partner = partnerSource(positions)
      this.#source = this.#partner
      this.#draw()
    }
  }

  set fetchPositions(fetchPositions: FetchPositions) {
    this.#source = partnerSource(fetchPositions)
    this.#draw()
  }

  set positionSource(source: PositionSource) {
    this.#source = source
    this.#draw()
  }

  connectedCallback(): void {
    this.#leaving = false
    for (const name of HANDED_IN) this.#takeEarly(name)
    this.#draw()
  }

  /** An element that is moved is taken off and put back in one go; only one that stays away ends. */
  disconnectedCallback(): void {
    this.#leaving = true
    queueMicrotask(() => {
      if (!this.#leaving) return
      this.#root?.unmount()
      this.#root = undefined
    })
  }

  attributeChangedCallback(): void {
    this.#draw()
  }

  /** Set before the element was defined: then it is a plain property that hides the setter. */
  #takeEarly(name: (typeof HANDED_IN)[number]): void {
    if (!Object.hasOwn(this, name)) return
    const own = Object.getOwnPropertyDescriptor(this, name)
    Reflect.deleteProperty(this, name)
    Reflect.set(this, name, own?.value)
  }

  #draw(): void {
    if (!this.isConnected) return
    this.#root ??= createRoot(groundOf(this))
    const isPartner = this.getAttribute('source') === 'partner'
    const source = isPartner ? this.#source : undefined
    if (isPartner && source === undefined) return this.#root.render(null)
    const read = (name: string): string | undefined => this.getAttribute(name) ?? undefined
    const accountId = read('account-id') ?? 'demo'
    const ask = this.#asking(read('endpoint') ?? '')
    this.#root.render(
      <Protection
        key={`${accountId} ${isPartner}`}
        accountId={accountId}
        ask={ask}
        clock={CLOCK}
        source={source}
        tier={read('tier')}
        fixedPriceUsdc={read('fixed-price')}
        tell={this.#tell}
      />,
    )
  }

  #asking(endpoint: string): Ask {
    if (this.#ask?.endpoint !== endpoint) this.#ask = { endpoint, ask: askAt(endpoint) }
    return this.#ask.ask
  }

  readonly #tell = <Name extends keyof Told>(name: Name, detail: Told[Name]): void => {
    this.dispatchEvent(new CustomEvent(`ballast:${name}`, { detail, bubbles: true, composed: true }))
  }
}

export function defineBallastProtection(registry: CustomElementRegistry = customElements): void {
  if (registry.get(NAME) === undefined) registry.define(NAME, BallastProtectionElement)
}
