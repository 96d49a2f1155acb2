/** `ballast verify`: is this journal what was written, up to which record, and who could have changed it unseen. */
import { dirname, join, resolve } from 'node:path'
import { checkpointPath } from '#store/checkpoint-file.ts'
import { readIdentity } from '#store/journal-host.ts'
import { renderVerifyReport } from '#store/verify-report.ts'
import { verifyJournal } from '#store/verify.ts'
import { EXIT } from '../exit-codes.ts'
import { journalFolder } from '../journal-folder.ts'
import type { AddCommand, CommandContext } from './command.ts'

interface VerifyFlags {
  readonly checkpoints?: string | false
  readonly anchor?: string
  readonly key?: string
  readonly json?: boolean
}

export const addVerify: AddCommand = (program, context) => {
  program
    .command('verify')
    .argument('<journal>', 'the folder of the journal, such as var/engine or out/feb/journal')
    .summary('check chain and checkpoints of a journal')
    .description(
      'Checks the hash chain and the signed checkpoints of a journal: edits, gaps, reordering, a cut or rewritten end. Reads only.',
    )
    .option('--checkpoints <file>', 'the checkpoint file, or its folder (default: the folder checkpoints beside the journal)')
    .option('--no-checkpoints', 'check the chain alone; a cut or rewritten end then goes unseen')
    .option('--anchor <file>', 'a copy of the checkpoints kept out of reach of whoever holds the seal key')
    .option('--key <hex>', 'the public key the journal should be sealed with')
    .option('--json', 'the report as one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  ballast verify var/engine\n\nExit code 0: verified. 4: something is wrong; the report says from which record trust ends.',
    )
    .action((journal: string, flags: VerifyFlags) => verify(journal, flags, context))
}

function verify(journal: string, { checkpoints, anchor, key, json = false }: VerifyFlags, { terminal, finish }: CommandContext): void {
  const folder = journalFolder(journal)
  const checkpointFile = checkpoints === false ? undefined : checkpointFileOf(folder, checkpoints)
  const report = verifyJournal({
    folder,
    ...(checkpointFile === undefined ? {} : { checkpointFile }),
    ...(anchor === undefined ? {} : { anchor }),
    ...(key === undefined ? {} : { trustedPublicKey: key }),
  })
  terminal.answer(json ? JSON.stringify(report, undefined, 2) : renderVerifyReport(report).trimEnd())
  finish(report.ok ? EXIT.done : EXIT.journalNotTrusted)
}

/** A file that is not there is reported, not passed over: without it a cut end cannot be seen. */
function checkpointFileOf(folder: string, given: string | undefined): string {
  if (given?.endsWith('.jsonl') === true) return given
  const holder = given ?? join(dirname(resolve(folder)), 'checkpoints')
  return checkpointPath(holder, readIdentity(folder)?.journalId ?? 'unknown')
}
