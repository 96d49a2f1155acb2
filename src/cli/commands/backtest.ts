/** `ballast backtest`: the platform over recorded option chains, and a report of what the protection did. */
import { backtestRequest, type BacktestFlags } from '../backtest-request.ts'
import { EXIT } from '../exit-codes.ts'
import { collect, SET_HELP, type AddCommand, type CommandContext } from './command.ts'

const NOTES = `
Example:
  ballast backtest --chains ../shared/data/options --from 2026-01-29 --to 2026-02-08 --side long --size 1 --leverage 5 \\
    --drawdown-floor 0.10 --tenor-days 7 --cash 20000 --out out/feb

It writes report.html, report.json and the journal into --out. Exit code 3: the floor could not be bought; the report lists every refusal.`

export const addBacktest: AddCommand = (program, context) => {
  program
    .command('backtest')
    .summary('protect a position through recorded history')
    .description(
      'Opens a perpetual position at the first recorded index, buys and renews its cover at recorded asks, and reports to the cent what came of it.',
    )
    .option('--chains <folder>', 'recorded option chains')
    .option('--bars <path>', 'recorded bars instead: the position without covers')
    .option('--from <day>', 'first UTC day or instant; --start is the same')
    .option('--to <day>', 'last UTC day or instant; --end is the same')
    .option('--start <day>', 'the same as --from')
    .option('--end <day>', 'the same as --to')
    .option('--side <side>', 'long or short', 'long')
    .option('--size <btc>', 'size of the position', '1')
    .option('--leverage <factor>', 'leverage set at the venue', '5')
    .option('--drawdown-floor <share>', 'floor as a share of the price: 0.10 is 10 % from the index')
    .option('--equity-floor <share>', 'floor as a share of the equity that must remain, all costs included')
    .option('--tenor-days <days>', 'length of a cover', '7')
    .option('--cash <usdc>', 'cash of the account at the start; --capital is the same')
    .option('--capital <usdc>', 'the same as --cash')
    .option('--strategy <name>', 'protection is the only one', 'protection')
    .option('--renewal <policy>', 'hold-limit, rolling or none', 'hold-limit')
    .option('--tier <name>', 'Bronze, Silver, Gold or Platinum', 'Bronze')
    .option('--max-premium <usdc>', 'the most a cover may cost')
    .option('--combinations <policy>', 'allowed: two options of one expiry as one cover, where that costs less; or none', 'none')
    .option('--funding-8h <rate>', 'constant funding rate, which the recording lacks', '0')
    .option('--out <folder>', 'where the report and the journal go')
    .option('--set <key=value>', SET_HELP, collect)
    .addHelpText('after', NOTES)
    .action((flags: BacktestFlags) => backtest(flags, context))
}

async function backtest(flags: BacktestFlags, { terminal, finish }: CommandContext): Promise<void> {
  const request = backtestRequest(flags)
  const { runBacktest } = await import('#lab/backtest/run.ts')
  const { exitCode, reportHtml, reportJson, summary } = await runBacktest(request, { progress: (line) => terminal.progress(line) })
  terminal.progress('')
  for (const line of summary) terminal.answer(line)
  terminal.answer(`\n${reportHtml}\n${reportJson}`)
  finish(exitCode === 3 ? EXIT.floorNotBought : EXIT.done)
}
