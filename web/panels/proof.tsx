/**
 * The proof of a cover, readable: what is exact, what is a model, which scenario binds, and how anybody computes it again. The cover is the one
 * chosen above. Everything shown is the certificate as the journal has it.
 */
import { useAnswer } from '../live/ask.ts'
import { useCovers } from '../live/use-covers.ts'
import { percent, unitsOf, usdc } from '../format/decimal.ts'
import { instant } from '../format/time.ts'
import { coverName } from '../model/cover-words.ts'
import { BINDING, EXCLUDED, INSTANTS, proofAnswer, type Proof, type ProofScenario } from '../model/proof.ts'
import { AsTable } from '../chart/as-table.tsx'
import { Glyph } from '../parts/glyph.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { Answered } from '../parts/state.tsx'
import type { FlowPanel } from './panel.ts'
import styles from './proof.module.css'

export const proofPanel: FlowPanel = { id: 'proof', title: 'Coverage proof, USDC', zone: 'half', Body: ProofPanel }

function ProofPanel() {
  const { answer, chosen } = useCovers()
  const path = chosen === undefined || chosen.certified === null ? undefined : `/coverage/${chosen.coverageId}/certificate`
  const proof = useAnswer(path, proofAnswer, { everyMs: 15_000, keepsLast: true })
  return (
    <Answered
      answer={answer}
      minRows={38}
      narrowRows={43}
      empty={() => (path === undefined ? 'No certificate: a cover is certified when it becomes active.' : undefined)}
    >
      {() => (
        <Answered answer={proof} minRows={38} narrowRows={43}>
          {(data) => <Shown proof={data} name={chosen === undefined ? data.coverageId : coverName(chosen)} />}
        </Answered>
      )}
    </Answered>
  )
}

function Shown({ proof, name }: { readonly proof: Proof; readonly name: string }) {
  const { result, holds, floorEquityUsdc, worstEquityUsdc, worstIndexUsdc } = proof
  return (
    <div className={styles['proof']}>
      <p className={styles['verdict']}>
        <Glyph tone={holds ? 'ok' : 'bad'} /> {holds ? 'The floor holds' : 'The floor does not hold'}
        <span className={styles['about']}>
          {name}, {proof.issuedFor.replaceAll('_', ' ')}, {instant(proof.issuedAt)}
        </span>
      </p>
      <h3>Exact, from the books and the contract</h3>
      <Rows>
        <Row label="Worst at settlement" value={usdc(worstEquityUsdc)} note={`at an index of ${usdc(worstIndexUsdc)}`} />
        <Row label="Floor promised" value={usdc(floorEquityUsdc)} />
        {result.settlement.excluded.map(({ name: part, amount }) => (
          <Row key={part} label={`Not in the floor: ${EXCLUDED[part] ?? part}`} value={usdc(amount, true)} />
        ))}
        <Row label="To spare" value={usdc(result.settlement.slack, true)} note={unexplained(result.settlement.unexplained)} />
        <Row label="Holds up to an index of" value={proof.holdsUpToUsdc === null ? 'every index' : usdc(proof.holdsUpToUsdc)} />
        <Row
          label={`Closed ${percent(result.gap.moveMax)} later than settled`}
          value={usdc(result.gap.worst.equity)}
          note={unitsOf(result.gap.belowFloor) === 0n ? 'still over the floor' : `${usdc(result.gap.belowFloor)} under the floor`}
        />
        <Row
          label="The venue closes the account at"
          value={proof.liquidationIndexUsdc === null ? 'no index' : usdc(proof.liquidationIndexUsdc)}
        />
        {result.liquidation.withoutVenue.map(({ venue, index, beyondStrike }) => (
          <Row
            key={venue}
            label={`Should ${venue} not pay until settlement, at`}
            value={index === undefined ? 'no index' : usdc(index)}
            note={beyondStrike ? 'beyond the strike: what it pays comes in time' : 'before the strike: the account would be closed first'}
          />
        ))}
      </Rows>
      <Model proof={proof} />
      <Again proof={proof} />
    </div>
  )
}

function Model({ proof: { result } }: { readonly proof: Proof }) {
  const { path, binding } = result
  return (
    <>
      <h3>A model: the way there</h3>
      <Rows>
        <Row
          label="Black 1976, volatility of the premium"
          value={percent(String(path.ivAnnual))}
          note={`${path.scenarios} scenarios of index, volatility and time`}
        />
        <Row label="Least equity" value={usdc(path.equity?.equity)} note={whenOf(path.equity)} />
        <Row label="Least margin left" value={usdc(path.margin?.marginLeft)} note={whenOf(path.margin)} />
      </Rows>
      <p className={styles['binding']}>
        Binding: <b>{BINDING[binding.kind]}</b>, {usdc(binding.equity)} at an index of {usdc(binding.index)}.
      </p>
      <AsTable
        summary="Worst of each instant"
        heads={['When', 'Index', 'Volatility', 'Equity', 'Margin left']}
        rows={() =>
          path.byInstant.map((one) => [
            INSTANTS[one.instant] ?? one.instant,
            usdc(one.spotUsdc),
            percent(String(one.ivShift), true),
            usdc(one.equity),
            usdc(one.marginLeft),
          ])
        }
      />
    </>
  )
}

function Again({ proof: { coverageId, digest, seq } }: { readonly proof: Proof }) {
  return (
    <>
      <h3>Compute it again</h3>
      <p className={styles['quiet']}>
        On the machine that holds the journal, <code>ballast prove {coverageId}</code> decides the whole journal anew, recomputes this
        certificate from its inputs and compares the digest. <a href={`/coverage/${coverageId}/certificate`}>Inputs and result as JSON</a>,{' '}
        <a href={`/decisions?seq=${seq}`}>what led to record {seq}</a>.
      </p>
      <p className={styles['digest']}>
        SHA-256 <code>{digest}</code>
      </p>
    </>
  )
}

function whenOf(scenario: ProofScenario | undefined): string {
  if (scenario === undefined) return 'not computed'
  const { spotUsdc, ivShift, instant: when } = scenario
  return `index ${usdc(spotUsdc)}, volatility ${percent(String(ivShift), true)}, ${INSTANTS[when] ?? when}`
}

function unexplained(amount: string): string {
  return unitsOf(amount) === 0n
    ? 'everything between quote and books is explained'
    : `${usdc(amount, true)} between quote and books is not explained`
}
