/** `ballast rebuild-files`: the documented log files made again from a journal alone. */
import { rebuildDocumentedFiles } from '#runtime/documented-files.ts'
import { readIdentity } from '#store/journal-host.ts'
import { EXIT } from '../exit-codes.ts'
import { journalFolder } from '../journal-folder.ts'
import type { AddCommand } from './command.ts'

export const addRebuildFiles: AddCommand = (program, { terminal, finish }) => {
  program
    .command('rebuild-files')
    .argument('<journal>', 'the folder of the journal, such as var/engine')
    .summary('make audit.log and the ledgers again from a journal')
    .description(
      'Writes audit.log, coverages.json, coverage-ledger.json, hedge-ledger.json and manifest.json from a journal alone, into a new folder.',
    )
    .requiredOption('--out <folder>', 'where to; it must not have such files yet')
    .addHelpText('after', '\nExample:\n  ballast rebuild-files var/engine --out var/logs-again')
    .action((journal: string, { out }: { readonly out: string }) => {
      const folder = journalFolder(journal)
      const seq = rebuildDocumentedFiles(folder, out, readIdentity(folder)?.journalId ?? '')
      terminal.answer(`${out}: as of record ${seq}`)
      finish(EXIT.done)
    })
}
