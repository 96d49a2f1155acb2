/** Times in UTC or in the zone of this machine. */
import { chooseZone, zoneName } from '../format/zone.ts'
import { useZone } from '../live/use-zone.ts'
import styles from './zone-switch.module.css'

export function ZoneSwitch() {
  const zone = useZone()
  return (
    <fieldset className={styles['switch']}>
      <legend className="only-read">Zone of times</legend>
      <button type="button" aria-pressed={zone === 'utc'} onClick={() => chooseZone('utc')}>
        UTC
      </button>
      <button type="button" aria-pressed={zone === 'local'} onClick={() => chooseZone('local')}>
        Local<span className="only-read">, {zoneName(undefined, 'local')}</span>
      </button>
    </fieldset>
  )
}
