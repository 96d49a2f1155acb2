/** How the account stands: its covers, its positions, and the form for one that is open. The draft of the form outlives the step to the price and back. */
import { useEffect, useMemo, useRef, useState } from 'react'
import type { ActivationAnswer, ActiveCoverage } from '#api/contract.ts'
import type { Client, QuoteWish } from '../api/client.ts'
import type { Standing } from '../live/monitor.ts'
import type { Clock } from '../live/store.ts'
import { coverShares, isPartOf, shareOf, sizeOf } from '../model/cover-share.ts'
import type { CoverShare } from '../model/cover-share.ts'
import type { MarketClock } from '../model/market-clock.ts'
import type { Told } from '../model/told.ts'
import { firstDraft } from '../model/wish.ts'
import type { Draft, Plan } from '../model/wish.ts'
import type { HeldPosition } from '../sources/source.ts'
import { CoverCard } from './cover-card.tsx'
import { Note } from './note.tsx'
import { PositionList } from './position-list.tsx'
import { TermsForm } from './terms-form.tsx'

interface Inputs {
  readonly client: Client
  readonly clock: Clock
  readonly market: MarketClock
  readonly standing: Standing
  readonly plan: Plan
  /** The cover that was just bought. */
  readonly bought: ActivationAnswer | undefined
  readonly isShown: boolean
  readonly onWish: (wish: QuoteWish) => void
  readonly onRetry: () => void
  readonly onCertificate: (coverageId: string) => void
}

export function Overview(inputs: Inputs) {
  const { standing, isShown, onRetry, bought } = inputs
  const { positions, covers, terms, line, problem } = standing
  const [picked, pick] = useState<{ readonly id: string; readonly byReader: boolean }>()
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({})
  const shares = useMemo(() => coverShares(positions ?? [], covers ?? [], terms?.sizeStep ?? '0.1'), [positions, covers, terms])
  const open = shares.filter((share) => share.open !== '0')
  const chosen = open.find(({ position }) => position.id === picked?.id) ?? open[0]
  const chosenId = chosen?.position.id
  // what the form is for stays, also when another position opens above it
  if (chosenId !== undefined && chosenId !== picked?.id) pick({ id: chosenId, byReader: false })
  const place = useRef<HTMLDivElement>(null)
  useFocusOnNew(place, bought?.coverageId, covers, isShown)
  if (!isShown) return null
  const trouble = problem === undefined ? null : <Trouble told={problem} isLost={line === 'lost'} onRetry={onRetry} />
  if (positions === undefined || covers === undefined || terms === undefined) return trouble ?? <Loading />
  return (
    <div ref={place} className={line === 'lost' ? 'overview old' : 'overview'}>
      {trouble}
      {bought === undefined ? null : <Note tone="ok" told={{ what: 'Protection is active.' }} />}
      <Covers {...inputs} covers={covers} positions={positions} isFormShown={chosen !== undefined} />
      {shares.length === 0 ? <p className="empty">No open position. Once you hold one, it can be protected here.</p> : null}
      <PositionList
        isOld={line === 'lost'}
        shares={shares}
        worths={standing.worths}
        chosen={chosenId}
        onChoose={(id) => pick({ id, byReader: true })}
      />
      {chosen === undefined ? null : (
        <Form {...inputs} share={chosen} terms={terms} wasPicked={picked?.byReader === true} drafts={drafts} onDrafts={setDrafts} />
      )}
    </div>
  )
}

function Trouble({ told, isLost, onRetry }: Pick<Inputs, 'onRetry'> & { readonly told: Told; readonly isLost: boolean }) {
  return (
    <Note told={told} tone={isLost ? 'bad' : 'warn'}>
      <button type="button" className="second" onClick={onRetry}>
        Try now
      </button>
    </Note>
  )
}

function Loading() {
  return (
    <div className="overview" aria-busy="true">
      <span className="only-read">Loading your positions</span>
      <div className="skeleton" />
      <div className="skeleton tall" />
    </div>
  )
}

interface Covered extends Inputs {
  readonly covers: readonly ActiveCoverage[]
  readonly positions: readonly HeldPosition[]
  readonly isFormShown: boolean
}

/** The newest first. While a form is to be filled in they keep to one line each, unless one has an alarm. */
function Covers({ covers, positions, standing, market, clock, bought, isFormShown, onCertificate }: Covered) {
  return newestFirst(covers).map((cover, place) => (
    <CoverCard
      key={cover.coverageId}
      {...{ cover, market, clock, onCertificate }}
      isOld={standing.line === 'lost'}
      mark={standing.marks.find(({ coverageId }) => coverageId === cover.coverageId)}
      isNew={cover.coverageId === bought?.coverageId}
      isPart={isPartOf(positions, sizeOf(cover))}
      isOpen={(place === 0 && !isFormShown) || cover.alarm !== undefined}
      share={shareOf(cover, positions)}
    />
  ))
}

interface Formed extends Inputs {
  readonly share: CoverShare
  readonly terms: NonNullable<Standing['terms']>
  readonly wasPicked: boolean
  readonly drafts: Readonly<Record<string, Draft>>
  readonly onDrafts: (drafts: Readonly<Record<string, Draft>>) => void
}

function Form({ client, clock, market, plan, standing, share, terms, wasPicked, drafts, onDrafts, onWish }: Formed) {
  const { id } = share.position
  const draft = drafts[id] ?? firstDraft(share.open, terms, plan)
  return (
    <>
      {standing.priceProblem === undefined ? null : <Note told={standing.priceProblem} />}
      <TermsForm
        key={id}
        {...{ client, clock, terms, plan, share, draft, onWish }}
        index={standing.price?.priceUsdc}
        speed={market.speed}
        takesFocus={wasPicked}
        isLost={standing.line === 'lost'}
        onDraft={(next) => onDrafts({ ...drafts, [id]: next })}
      />
    </>
  )
}

/** After a purchase the focus goes to the new cover, once, when it is there. */
function useFocusOnNew(
  place: { readonly current: HTMLElement | null },
  coverageId: string | undefined,
  covers: unknown,
  isShown: boolean,
): void {
  const focused = useRef<string>(undefined)
  useEffect(() => {
    if (coverageId === undefined || !isShown || focused.current === coverageId) return
    const summary = place.current?.querySelector<HTMLElement>('[data-new=true] > summary')
    if (summary === null || summary === undefined) return
    focused.current = coverageId
    summary.focus()
  }, [place, coverageId, covers, isShown])
}

function newestFirst(covers: readonly ActiveCoverage[]): readonly ActiveCoverage[] {
  return covers.toSorted((a, b) => ((a.activatedAt ?? '') < (b.activatedAt ?? '') ? 1 : -1))
}
