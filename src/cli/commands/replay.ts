/** `ballast replay`: makes every decision of a journal again from its inputs alone and names the first that comes out differently. */
import { replayJournal, type ReplayReport } from '#runtime/replay-journal.ts'
import { differenceLines } from '../difference-lines.ts'
import { EXIT } from '../exit-codes.ts'
import { refused } from '../failure.ts'
import { expansionOf } from '../journal-data.ts'
import type { DataFlags } from '../journal-data.ts'
import { journalFolder } from '../journal-folder.ts'
import type { AddCommand, CommandContext } from './command.ts'

interface ReplayFlags extends DataFlags {
  readonly fromSnapshot?: string | true
  readonly json?: boolean
}

export const addReplay: AddCommand = (program, context) => {
  program
    .command('replay')
    .argument('<journal>', 'the folder of the journal, such as var/engine or out/feb/journal')
    .summary('derive every decision again and compare')
    .description(
      'Feeds the inputs of a journal to a fresh engine and compares each decision with the recorded one, byte by byte. Reads only.',
    )
    .option('--data <folder>', 'option chains that the journal of a backtest names; --chains is the same')
    .option('--chains <folder>', 'recorded option chains')
    .option('--bars <path>', 'recorded bars, for a backtest that ran on bars')
    .option('--from-snapshot [seq]', 'begin at the newest snapshot (not after seq) instead of the first record')
    .option('--json', 'the report as one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  ballast replay out/feb/journal --data ../shared/data/options\n\nExit code 0: equal. 4: a decision differs, or the journal is damaged or cut.',
    )
    .action((journal: string, flags: ReplayFlags) => replay(journal, flags, context))
}

async function replay(journal: string, flags: ReplayFlags, { terminal, finish }: CommandContext): Promise<void> {
  const folder = journalFolder(journal)
  const fromSnapshot = snapshotOf(flags.fromSnapshot)
  const expand = await expansionOf(folder, flags)
  const report = await replayJournal({
    folder,
    ...(fromSnapshot === undefined ? {} : { fromSnapshot }),
    ...(expand === undefined ? {} : { expand }),
    onProgress: (seq) => terminal.progress(`replayed up to ${seq}`),
  })
  terminal.progress('')
  terminal.answer(flags.json === true ? JSON.stringify(report, undefined, 2) : rendered(report))
  finish(report.status === 'equal' ? EXIT.done : EXIT.journalNotTrusted)
}

function snapshotOf(flag: string | true | undefined): number | undefined {
  if (flag === undefined) return undefined
  const seq = flag === true ? Number.MAX_SAFE_INTEGER : Number(flag)
  if (!Number.isSafeInteger(seq) || seq < 1) throw refused('--from-snapshot', String(flag), 'a seq, or nothing for the newest')
  return seq
}

function rendered(report: ReplayReport): string {
  const { status, fromSeq, toSeq, inputs, decisions, sessions, unwritten, stateHash, code, difference, tail } = report
  const lines = [`records ${fromSeq} to ${toSeq}: ${inputs} inputs, ${decisions} decisions, ${sessions} sessions`]
  if (!code.isSame)
    lines.push(
      `other code wrote this journal (${code.journal.map((digest) => digest.slice(0, 12)).join(', ')}; here ${code.here.slice(0, 12)}): a difference may be a change of the code`,
    )
  if (status === 'equal') {
    lines.push('equal: every decision comes out as it was recorded', `state ${stateHash}`)
    if (unwritten > 0) lines.push(`${unwritten} decisions of the last input had not been written when the journal ended`)
    return lines.join('\n')
  }
  if (status === 'cut') {
    const signed = `the journal is signed up to record ${String(tail.signedSeq)} and ends at ${toSeq}`
    lines.push('CUT: every decision that is left comes out as it was recorded, but the end is missing', `  ${signed}`)
  }
  if (difference === undefined) return lines.join('\n')
  lines.push(`DIFFERS at record ${difference.seq} (${difference.topic})`)
  if (difference.derived === null) lines.push('  recorded, but this code does not decide it')
  if (difference.recorded === null) lines.push('  decided by this code, but not recorded')
  lines.push(...differenceLines(difference.fields))
  return lines.join('\n')
}
