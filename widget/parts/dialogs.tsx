/** The modals, loaded when one is first wanted: most visits to the widget open none. */
import type { Client } from '../api/client.ts'
import { AuditDialog } from './audit-dialog.tsx'
import { CertificateDialog } from './certificate-dialog.tsx'

export type Modal = { readonly kind: 'audit' } | { readonly kind: 'certificate'; readonly coverageId: string }
export interface DialogInputs {
  readonly client: Client
  readonly accountId: string
  readonly coverageIds: readonly string[]
}

export function Dialogs({ modal, client, onClose, ...rest }: DialogInputs & { readonly modal: Modal; readonly onClose: () => void }) {
  return modal.kind === 'audit' ? (
    <AuditDialog {...{ client, onClose, ...rest }} />
  ) : (
    <CertificateDialog {...{ client, onClose }} coverageId={modal.coverageId} />
  )
}
