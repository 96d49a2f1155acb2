/**
 * What must never scroll away: which mode this is, the index, market time and the line to the server. The mode is a word, a sentence and
 * a frame of its own (dashed: simulated; double: paper; filled: real money), so that no screen can be taken for another.
 */
import { Link } from 'wouter'
import type { Overview } from '#api/contract-page.ts'
import type { Live } from './live/feed.ts'
import { useNow } from './live/use-live.ts'
import type { Connection, ConnectionState } from './live/connection.ts'
import { UNKNOWN, times, usdc } from './format/decimal.ts'
import { age, clock, day } from './format/time.ts'
import { zoneName } from './format/zone.ts'
import type { Tone } from './model/safety.ts'
import { Glyph } from './parts/glyph.tsx'
import { Keys } from './shell/keys.tsx'
import { ZoneSwitch } from './shell/zone-switch.tsx'
import styles from './header.module.css'

const MODES: Readonly<Record<Overview['platform']['mode'], string>> = {
  sim: 'simulated market, no real money',
  paper: 'real market, no real money',
  live: 'real market, REAL MONEY',
  backtest: 'recorded market, no real money',
  replay: 'replay of a journal',
}
const JUST_NOW_MS = 3_000
const LINES: Readonly<Record<ConnectionState, { readonly tone: Tone; readonly word: string }>> = {
  connecting: { tone: 'unknown', word: 'Connecting' },
  live: { tone: 'ok', word: 'Live' },
  polling: { tone: 'warn', word: 'Stream down, asking every 2 s' },
  lost: { tone: 'bad', word: 'Not connected, trying again' },
}

export function Header({ overview, connection }: Live) {
  const platform = overview?.platform
  const at = platform?.marketTimeIso
  const isLost = connection.state === 'lost'
  return (
    <header className={styles['header']} data-mode={platform?.mode ?? 'unknown'} data-lost={isLost}>
      <p className={styles['mode']}>
        <span className={styles['badge']} data-value="mode">
          {platform?.mode.toUpperCase() ?? UNKNOWN}
        </span>
        <span className={styles['kind']}>
          <span className={styles['what']}>{platform === undefined ? 'mode not known yet' : MODES[platform.mode]}</span>
          <Halted overview={overview} />
        </span>
      </p>
      <dl className={styles['facts']}>
        <Fact
          label="Index, USDC"
          value={usdc(overview?.price?.index)}
          name="index"
          width="10ch"
          isMain
          isStale={isLost || overview?.price?.fresh === false}
        />
        <Fact
          label={`Market time, ${at === undefined ? 'UTC' : zoneName(at)}`}
          value={at === undefined ? UNKNOWN : `${day(at)} ${clock(at)}`}
          name="market-time"
          width="15ch"
        />
        <Fact label="Scenario" value={platform === undefined ? UNKNOWN : `${platform.scenario}, seed ${platform.seed}`} />
        <Fact label="Speed" value={platform === undefined ? UNKNOWN : times(String(platform.speed))} />
      </dl>
      <LineState connection={connection} />
      <div className={styles['tools']}>
        <ZoneSwitch />
        <Keys />
      </div>
    </header>
  )
}

interface FactProps {
  readonly label: string
  readonly value: string
  readonly name?: string
  readonly width?: string
  readonly isMain?: boolean
  readonly isStale?: boolean
}

function Fact({ label, value, name, width, isMain = false, isStale = false }: FactProps) {
  return (
    <div data-main={isMain} style={{ minWidth: width }}>
      <dt>{isStale ? `${label}, stale` : label}</dt>
      <dd data-value={name} data-stale={isStale}>
        {value}
      </dd>
    </div>
  )
}

/** Only while something is halted or reduced: what no page may let one overlook. Its place is kept, so that it pushes nothing when it comes. */
function Halted({ overview }: Pick<Live, 'overview'>) {
  const standing = overview?.readiness.find(({ name }) => name === 'breakers')?.detail
  if (standing === undefined || standing === 'none tripped') return null
  const said = standing.replaceAll('_', ' ')
  return (
    <Link href="/system" className={styles['halted']} data-value="halted" title={said}>
      <Glyph tone="bad" /> {said}
    </Link>
  )
}

/** The word is announced when it changes; the seconds beside it are not. */
function LineState({ connection }: { readonly connection: Connection }) {
  const now = useNow()
  const { tone, word } = LINES[connection.state]
  return (
    <div className={styles['line']} data-state={connection.state}>
      <output data-value="connection">
        <Glyph tone={tone} /> {word}
      </output>
      <p className={styles['since']}>{saidSince(connection.lastAt, now)}</p>
    </div>
  )
}

/** While answers come, "just now": a figure that flickers between tenths tells nothing. */
function saidSince(lastAt: number | undefined, now: number): string {
  if (lastAt === undefined) return 'no answer yet'
  const silence = now - lastAt
  return silence < JUST_NOW_MS ? 'last answer just now' : `last answer ${age(silence)} ago`
}
