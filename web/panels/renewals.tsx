/** What happens as each standing cover ends: its policy, when the window opens, from when on a missing follower is an emergency, and the time left to each. */
import type { CoverShown } from '#api/contract-protection.ts'
import { countdown, instant } from '../format/time.ts'
import { useCovers } from '../live/use-covers.ts'
import { coverName } from '../model/cover-words.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { Answered } from '../parts/state.tsx'
import styles from './renewals.module.css'
import type { FlowPanel } from './panel.ts'

export const renewalsPanel: FlowPanel = { id: 'renewals', title: 'Renewals', zone: 'half', Body: Renewals }

const POLICIES: Readonly<Record<CoverShown['renewal']['policy'], string>> = {
  'hold-limit': 'The next cover must keep the drawdown limit; where none can, the position is closed as this one settles.',
  rolling: 'The next floor follows the price; a lower one is stated, logged and consented to.',
  none: 'Not renewed: the position is unprotected after expiry.',
}

function Renewals() {
  const { answer } = useCovers()
  const standing = answer.data?.covers.filter(({ state }) => state === 'active' || state === 'settling') ?? []
  return (
    <Answered
      answer={answer}
      minRows={10}
      narrowRows={14}
      empty={() => (standing.length === 0 ? 'No cover stands: there is nothing to renew.' : undefined)}
    >
      {() => (
        <div className={styles['stack']}>
          {standing.map((cover) => (
            <Renewal key={cover.coverageId} cover={cover} />
          ))}
        </div>
      )}
    </Answered>
  )
}

function Renewal({ cover }: { readonly cover: CoverShown }) {
  const { renewal, msLeft, expiryIso } = cover
  const { policy, opensAtIso, msUntilOpen, escalatesAtIso, isScheduled, followerId, tries } = renewal
  const isOpen = msUntilOpen === 0 && opensAtIso !== null
  return (
    <section aria-label={coverName(cover)}>
      <h3 className={styles['subject']}>
        {coverName(cover)} <span className={styles['quiet']}>{policy}</span>
      </h3>
      <Way cover={cover} />
      <Rows>
        <Row
          label={isOpen ? 'The window is open since' : 'The window opens in'}
          value={opensAtIso === null ? 'never' : isOpen ? instant(opensAtIso) : countdown(msUntilOpen ?? 0)}
          note={
            opensAtIso === null
              ? undefined
              : isOpen
                ? 'a follower is asked for with every tick'
                : `${instant(opensAtIso)}${isScheduled ? ', on the client’s schedule' : ''}`
          }
        />
        <Row label="Without a follower it is an emergency from" value={escalatesAtIso === null ? '–' : instant(escalatesAtIso)} />
        <Row label="Ends in, market time" value={countdown(msLeft)} note={instant(expiryIso)} />
        <Follower followerId={followerId} isDue={isOpen} />
        {tries === null ? null : (
          <Row
            label={tries.state === 'trying' ? 'Bought in part and sold again' : 'Given up after'}
            value={`${tries.partial} of at most ${tries.partialMax}`}
            note={`since ${instant(tries.since)}, until ${instant(tries.until)}`}
          />
        )}
      </Rows>
      <p className={styles['quiet']}>{POLICIES[policy]}</p>
    </section>
  )
}

function Follower({ followerId, isDue }: { readonly followerId: string | null; readonly isDue: boolean }) {
  return (
    <Row
      label="Follower"
      value={
        followerId === null ? (
          isDue ? (
            <>
              <Glyph tone="warn" /> none yet
            </>
          ) : (
            'not due'
          )
        ) : (
          <>
            <Glyph tone="ok" /> {followerId}
          </>
        )
      }
    />
  )
}

/** From activation to expiry, with the window and where we are; the rows below say the same in words. */
function Way({ cover }: { readonly cover: CoverShown }) {
  const from = Date.parse(cover.activatedAtIso ?? cover.expiryIso)
  const to = Date.parse(cover.expiryIso)
  const shareOf = (at: number): number => Math.min(1, Math.max(0, (at - from) / (to - from || 1)))
  const now = shareOf(to - cover.msLeft)
  const { opensAtIso, escalatesAtIso } = cover.renewal
  const opens = opensAtIso === null ? 1 : shareOf(Date.parse(opensAtIso))
  const escalates = escalatesAtIso === null ? 1 : shareOf(Date.parse(escalatesAtIso))
  return (
    <svg className={styles['way']} viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect className={styles['all']} x="0" y="9" width="1000" height="6" />
      <rect className={styles['window']} x={opens * 1_000} y="6" width={(escalates - opens) * 1_000} height="12" />
      <rect className={styles['emergency']} x={escalates * 1_000} y="3" width={(1 - escalates) * 1_000} height="18" />
      <rect className={styles['gone']} x="0" y="9" width={now * 1_000} height="6" />
      <path className={styles['now']} d={`M${now * 1_000} 0V24`} />
    </svg>
  )
}
