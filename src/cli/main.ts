/**
 * The command line: `ballast <command>`. Each command is a file in `commands/`. Gives the exit code (`exit-codes.ts`); a refusal is printed as
 * lines of field: seen — limit, without a stack.
 */
import { Command, CommanderError } from 'commander'
import { loadEnvironmentFile } from '#env'
import { VERSION } from '#runtime/version.ts'
import { addBacktest } from './commands/backtest.ts'
import type { AddCommand } from './commands/command.ts'
import { addConfig } from './commands/config.ts'
import { addProve } from './commands/prove.ts'
import { addProtectStudy } from './commands/protect-study.ts'
import { addRebuildFiles } from './commands/rebuild-files.ts'
import { addReplay } from './commands/replay.ts'
import { addScripts } from './commands/scripts.ts'
import { addStart } from './commands/start.ts'
import { addVerify } from './commands/verify.ts'
import { EXIT, EXIT_MEANINGS, type ExitCode } from './exit-codes.ts'
import { tell } from './failure.ts'
import { processTerminal, type Terminal } from './terminal.ts'

const COMMANDS: readonly AddCommand[] = [
  addStart,
  addBacktest,
  addProtectStudy,
  addReplay,
  addProve,
  addVerify,
  addConfig,
  addRebuildFiles,
  addScripts,
]
/** Without a command commander prints the help as an error; a person who types `ballast` alone asked for it. */
const NOT_ERRORS: ReadonlySet<string> = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version'])

export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let code: ExitCode = EXIT.done
  const program = programOf(terminal, (finished) => {
    code = finished
  })
  try {
    loadEnvironmentFile(process.cwd())
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return NOT_ERRORS.has(error.code) ? EXIT.done : EXIT.refused
    const { exitCode, lines } = tell(error, argv.includes('--debug'))
    for (const line of lines) terminal.note(`ballast: ${line}`)
    return exitCode
  }
}

function programOf(terminal: Terminal, finish: (code: ExitCode) => void): Command {
  const program = new Command('ballast')
    .description('Keeps a leveraged BTC account inside its drawdown limit, and can prove why it did each thing.')
    .version(VERSION, '--version')
    .option('--debug', 'show where a failure came from')
    .exitOverride()
    .showHelpAfterError('(ballast --help explains)')
    .configureHelp({ showGlobalOptions: false, sortSubcommands: false })
    .addHelpText('after', closing())
  for (const add of COMMANDS) add(program, { terminal, finish })
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.exitOverride()
    command.helpCommand(false)
    if (command !== program) command.option('--debug', 'show where a failure came from')
  }
  return program
}

function closing(): string {
  const codes = EXIT_MEANINGS.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')
  return `
Begin with:
  ballast start                       a simulated market on http://127.0.0.1:4100
  ballast verify var/engine           is its journal what was written?
  ballast replay var/engine           does every decision come out again?
  ballast prove <coverageId>          what does a cover keep in the worst case, and is that so?

Files: everything under --data (default var): engine and venue (journals), checkpoints, logs, archive,
history (the page's chart), api.log.
The key that signs checkpoints is in your configuration folder, or where BALLAST_SEAL_KEY says.

Exit codes:
${codes}`
}
