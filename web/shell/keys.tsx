/**
 * Keys: a number opens its page, `t` changes the zone of times, `?` shows them all. They rest while somebody types or a dialog is open, with
 * any modifier held, and for good when switched off (a page must not take single letters from those who speak to their machine).
 */
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { CONSOLE_PAGES } from '#api/contract-console.ts'
import { chooseZone, zoneNow } from '../format/zone.ts'
import styles from './keys.module.css'

const KEPT = 'ballast.keys'

export function Keys() {
  const [, go] = useLocation()
  const dialog = useRef<HTMLDialogElement>(null)
  const [areOn, setOn] = useState(() => localStorage.getItem(KEPT) !== 'off')
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
    if (event.key === '?') dialog.current?.showModal()
    if (!areOn) return
    if (event.key === 't') chooseZone(zoneNow() === 'utc' ? 'local' : 'utc')
    const page = CONSOLE_PAGES[Number(event.key) - 1]
    if (page !== undefined) go(page.path)
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => pressed(event)
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [])
  const choose = (on: boolean): void => {
    localStorage.setItem(KEPT, on ? 'on' : 'off')
    setOn(on)
  }
  return (
    <>
      <button type="button" className={styles['open']} onClick={() => dialog.current?.showModal()} aria-label="Keys of this page">
        ?
      </button>
      <dialog ref={dialog} className={styles['dialog']} aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl>
          {CONSOLE_PAGES.map(({ id, title }, index) => (
            <Key key={id} name={String(index + 1)} what={title} />
          ))}
          <Key name="t" what="Times in UTC or in local time" />
          <Key name="?" what="These keys" />
        </dl>
        <label>
          <input type="checkbox" checked={areOn} onChange={(event) => choose(event.target.checked)} /> Numbers and letters act as keys
        </label>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  )
}

function Key({ name, what }: { readonly name: string; readonly what: string }) {
  return (
    <div>
      <dt>
        <kbd>{name}</kbd>
      </dt>
      <dd>{what}</dd>
    </div>
  )
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
}
