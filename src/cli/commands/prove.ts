/** `ballast prove`: what a cover keeps in the worst case, computed again from the journal alone and compared with what was recorded. */
import type { CoverageCertificate } from '#topics/proof.ts'
import { certificateFailure } from '#domain/certificate-failure.ts'
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
      '\nExample:\n  ballast prove cover-1042 --journal out/feb/journal --data ../shared/data/options\n\nExit code 0: proved, and the newest certificate holds. 2: no such cover, or it never became active. 4: something differs, or the journal is damaged.\n6: proved, and the newest certificate does not hold.',
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
  finish(report.status !== 'proved' ? EXIT.journalNotTrusted : holdsNow(report) ? EXIT.done : EXIT.floorNotHeld)
}

/** By the newest certificate: what an older one feared may be over. */
function holdsNow({ certificates }: ProofReport): boolean {
  const { certificate } = certificates.at(-1) ?? {}
  return certificate !== undefined && certificateFailure(certificate.result, certificate.issuedFor) === undefined
}

function rendered(report: ProofReport): string {
  const { coverageId, status, certificates, ending, replay } = report
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
  if (!holdsNow(report)) lines.push('THE PROMISE DOES NOT HOLD, by the newest certificate')
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
    `${head} (${issuedFor}): the floor ${verdict(certificate)}, ${holdsUpTo}`,
    ...(issuedFor === 'roll_started' ? ['  the old cover is still to be sold: it stands, and is counted nowhere here'] : []),
    `  floor stated ${cents(settlement.floorEquity)}; worst at settlement ${cents(settlement.worst.equity)} at an index of ${cents(settlement.worst.index)}`,
    ...settlement.excluded.map(({ name, amount }) => `  excluded by its terms: ${name} ${cents(amount)}`),
    `  unexplained ${cents(settlement.unexplained)}, slack ${cents(settlement.slack)}`,
    ...(inputs.stated === undefined
      ? []
      : [`  stated beyond the books: ${inputs.stated.size.toString()}, lost ${cents(inputs.stated.result)} at the index of the promise`]),
    ...accountLines(certificate),
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

/** Of the floor at settlement, and of whether the account lives to see it. */
function verdict({ result, issuedFor }: CoverageCertificate): string {
  const failure = certificateFailure(result, issuedFor)
  if (failure === undefined) return result.settlement.excluded.length === 0 ? 'HOLDS' : 'HOLDS less what its terms exclude'
  if (!result.settlement.holds) return 'DOES NOT HOLD'
  return `DOES NOT HOLD: the account is closed before the cover pays, at ${String(failure.seen)}; at settlement it would hold`
}

function accountLines({ result: { account } }: CoverageCertificate): readonly string[] {
  if (account === undefined) return []
  const { covers, moving, worst, belowFloor } = account
  const others = `${covers} other cover${covers === 1 ? '' : 's'}`
  const under = belowFloor.isZero() ? 'not under the stated floor' : `${cents(belowFloor)} under the stated floor`
  return [
    `  the whole account, ${moving.toString()} moving and ${others} settled with this one: ${cents(worst.equity)} at ${cents(worst.index)}, ${under}`,
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
