/** `ballast prove`: what a cover keeps in the worst case, computed again from the journal alone and compared with what was recorded. */
import type { CoverageCertificate } from '#topics/proof.ts'
import type { Scenario } from '#domain/certificate-path.ts'
import { isoFromEpochMs } from '#base/civil-date.ts'
import type { Money } from '#units/money.ts'
import { proveCoverage } from '#runtime/prove-coverage.ts'
import type { ProofReport, ProvedCertificate } from '#runtime/prove-coverage.ts'
import { differenceLines } from '../difference-lines.ts'
import { EXIT } from '../exit-codes.ts'
import { expansionOf } from '../journal-data.ts'
import type { DataFlags } from '../journal-data.ts'
import { journalFolder } from '../journal-folder.ts'
import type { AddCommand, CommandContext } from './command.ts'

interface ProveFlags extends DataFlags {
  readonly journal: string
  readonly json?: boolean
}

export const addProve: AddCommand = (program, context) => {
  program
    .command('prove')
    .argument('<coverageId>', 'as GET /coverage/active and the audit log name it')
    .summary('compute a cover’s certificate again from the journal alone')
    .description(
      'Computes every certificate of a cover again from the inputs it lists, and those inputs from the journal: by replaying it from its first record. Reads only.',
    )
    .option('--journal <folder>', 'the folder of the journal', 'var/engine')
    .option('--data <folder>', 'option chains that the journal of a backtest names; --chains is the same')
    .option('--chains <folder>', 'recorded option chains')
    .option('--bars <path>', 'recorded bars, for a backtest that ran on bars')
    .option('--json', 'the report as one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  ballast prove cover-1042 --journal out/feb/journal --data ../shared/data/options\n\nExit code 0: proved. 2: no such cover, or it never became active. 4: something differs, or the journal is damaged.',
    )
    .action((coverageId: string, flags: ProveFlags) => prove(coverageId, flags, context))
}

async function prove(coverageId: string, flags: ProveFlags, { terminal, finish }: CommandContext): Promise<void> {
  const folder = journalFolder(flags.journal)
  const expand = await expansionOf(folder, flags)
  const report = await proveCoverage(coverageId, {
    folder,
    ...(expand === undefined ? {} : { expand }),
    onProgress: (seq) => terminal.progress(`replayed up to ${seq}`),
  })
  terminal.progress('')
  terminal.answer(flags.json === true ? JSON.stringify(report, undefined, 2) : rendered(report))
  finish(report.status === 'proved' ? EXIT.done : EXIT.journalNotTrusted)
}

function rendered({ coverageId, status, certificates, ending, replay }: ProofReport): string {
  const lines = [`${coverageId}: ${certificates.length} certificate${certificates.length === 1 ? '' : 's'}`]
  for (const each of certificates) lines.push('', ...certificateLines(each))
  if (ending !== undefined) {
    const { state, settlementIndex, payoutUsdc } = ending
    const paid = payoutUsdc === undefined ? '' : ` at an index of ${settlementIndex ?? 'unknown'}, paid ${payoutUsdc} USDC`
    lines.push('', `ended: ${state}${paid} (record ${ending.seq})`)
  }
  lines.push('', `replay of records ${replay.fromSeq} to ${replay.toSeq}: ${replay.status}`)
  if (!replay.code.isSame) lines.push('other code wrote this journal: a difference may be a change of the code')
  if (replay.difference !== undefined) {
    lines.push(`DIFFERS at record ${replay.difference.seq} (${replay.difference.topic})`, ...differenceLines(replay.difference.fields))
  }
  lines.push(status === 'proved' ? 'proved: every certificate comes out as it was recorded' : 'NOT PROVED')
  return lines.join('\n')
}

function certificateLines({ seq, at, certificate, differences }: ProvedCertificate): readonly string[] {
  const head = `record ${seq}, ${isoFromEpochMs(at as CoverageCertificate['inputs']['certifiedAt'])}`
  const wrong = differences.length === 0 ? [] : ['  DIFFERS from what its inputs give:', ...differenceLines(differences)]
  if (certificate === undefined) return [head, ...wrong]
  const { inputs, result, issuedFor, digest } = certificate
  const { settlement, gap, path, liquidation } = result
  const holdsUpTo = settlement.holdsUpTo === undefined ? 'at every index' : `up to an index of ${cents(settlement.holdsUpTo)}`
  return [
    `${head} (${issuedFor}): the floor ${settlement.holds ? 'HOLDS' : 'DOES NOT HOLD'}, ${holdsUpTo}`,
    ...(issuedFor === 'roll_started' ? ['  the old cover is still to be sold: it stands, and is counted nowhere here'] : []),
    `  floor stated ${cents(settlement.floorEquity)}; worst at settlement ${cents(settlement.worst.equity)} at an index of ${cents(settlement.worst.index)}`,
    ...settlement.excluded.map(({ name, amount }) => `  excluded by its terms: ${name} ${cents(amount)}`),
    `  unexplained ${cents(settlement.unexplained)}, slack ${cents(settlement.slack)}`,
    `  settled, then closed ${gap.moveMax.toString()} of the index away: ${cents(gap.worst.equity)}`,
    `  before settlement (${path.model}, volatility ${path.ivAnnual}, ${path.scenarios} scenarios, a model): ${scenarioText(path.equity, 'equity')}`,
    `  least margin in it: ${scenarioText(path.margin, 'margin')}`,
    `  liquidated: ${liquidation.index === undefined ? 'at no index the floor speaks of' : `at ${cents(liquidation.index)}`}`,
    ...liquidation.withoutVenue.map(
      ({ venue, index }) =>
        `  with the options of ${venue} worth nothing until settlement: ${index === undefined ? 'at none' : `at ${cents(index)}`}`,
    ),
    `  size ${inputs.size.toString()}, covered ${result.coverageRatio.ofSize.toString()} of the position, uncovered ${result.uncovered.toString()}`,
    ...(inputs.books.leftOut.length === 0 ? [] : [`  held and not counted: ${inputs.books.leftOut.join(', ')}`]),
    `  digest ${digest}`,
    ...wrong,
  ]
}

function scenarioText(scenario: Scenario | undefined, of: 'equity' | 'margin'): string {
  if (scenario === undefined) return 'none'
  const { instant, spotUsdc, ivShift, equity, marginLeft } = scenario
  return `${cents(of === 'equity' ? equity : marginLeft)} at ${cents(spotUsdc)}, ${instant}, volatility x ${1 + ivShift}`
}

/** USDC as a person reads it, never more than there is; --json has every digit. */
function cents(amount: Money<'USDC'>): string {
  return amount.toFixed(2, 'floor')
}
