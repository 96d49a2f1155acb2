/** The certificate of a cover: whether the floor is proven, at which price the account ends worst, and the digest with which anybody can compute it again. */
import { useEffect, useState } from 'react'
import type { CertificateAnswer } from '#api/contract-proof.ts'
import type { Answer } from '../api/ask.ts'
import type { Client } from '../api/client.ts'
import { usdcNamed } from '../format/amount.ts'
import { instant } from '../format/time.ts'
import { toldLost } from '../model/told.ts'
import { Dialog } from './dialog.tsx'
import { Glyph } from './glyph.tsx'
import { Note } from './note.tsx'
import { Row, Rows } from './rows.tsx'

interface Inputs {
  readonly client: Client
  readonly coverageId: string
  readonly onClose: () => void
}

export function CertificateDialog({ client, coverageId, onClose }: Inputs) {
  const [answer, setAnswer] = useState<Answer<CertificateAnswer>>()
  useEffect(() => {
    const controller = new AbortController()
    client.certificate(coverageId, controller.signal).then(setAnswer, () => undefined)
    return () => controller.abort()
  }, [client, coverageId])
  return (
    <Dialog title="Certificate" onClose={onClose}>
      {answer === undefined ? <div className="skeleton tall" /> : null}
      {answer?.kind === 'refused' ? <Note told={answer.told} /> : null}
      {answer?.kind === 'lost' ? <Note told={toldLost(answer.because)} /> : null}
      {answer?.kind === 'answer' ? <Certificate {...answer.body} /> : null}
    </Dialog>
  )
}

function Certificate(certificate: CertificateAnswer) {
  const {
    coverageId,
    holds,
    floorEquityUsdc,
    worstEquityUsdc,
    worstIndexUsdc,
    holdsUpToUsdc,
    liquidationIndexUsdc,
    issuedAt,
    digest,
    seq,
  } = certificate
  return (
    <>
      <p className={`state ${holds ? 'ok' : 'bad'}`}>
        <Glyph tone={holds ? 'ok' : 'bad'} />{' '}
        {holds ? 'The floor holds at settlement, and the account lives to see it.' : 'The floor is not proven any more.'}
      </p>
      <Rows>
        <Row label="floor" value={usdcNamed(floorEquityUsdc)} />
        <Row
          label="worst end, all bookings counted"
          value={usdcNamed(worstEquityUsdc)}
          note={`at a price of ${usdcNamed(worstIndexUsdc)}`}
        />
        <Row label="holds up to" value={holdsUpToUsdc === null ? 'every price' : usdcNamed(holdsUpToUsdc)} />
        <Row
          label="liquidation before the end"
          value={liquidationIndexUsdc === null ? 'at no price' : `at ${usdcNamed(liquidationIndexUsdc)}`}
        />
        <Row label="issued" value={instant(issuedAt)} note={`cover ${coverageId}, record ${seq}`} />
      </Rows>
      <p className="soft">SHA-256 of everything it rests on; whoever has the journal can compute it again with “ballast prove”:</p>
      <p>
        <code className="digest">{digest}</code>
      </p>
    </>
  )
}
