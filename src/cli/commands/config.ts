/** `ballast config print`: every value with where it came from, and the digest of what decides. */
import { collect, SET_HELP, type AddCommand, type CommandContext } from './command.ts'
import { effectiveConfig } from '../effective-config.ts'
import { EXIT } from '../exit-codes.ts'

interface PrintFlags {
  readonly json?: boolean
  readonly config?: string
  readonly file?: string
  readonly set?: readonly string[]
}

export const addConfig: AddCommand = (program, context) => {
  const config = program
    .command('config')
    .summary('the configuration that a start would have')
    .description('Shows the effective configuration.')
  config
    .command('print')
    .summary('every value, its source, and the digest')
    .description(
      'Prints every configuration value with its source (default, file, environment, flag) and the digest that the journal records.',
    )
    .option('--json', 'one JSON object: digest, values, withoutEffect, warnings')
    .option('--file <file>', 'a JSON file of configuration')
    .option('--config <file>', 'the same')
    .option('--set <key=value>', SET_HELP, collect)
    .addHelpText('after', '\nExample:\n  ballast config print --set sim.speed=10\n\nSecrets are never part of the configuration.')
    .action((flags: PrintFlags) => print(flags, context))
}

function print({ json = false, config: given, file = given, set = [] }: PrintFlags, { terminal, finish }: CommandContext): void {
  const { config, environment } = effectiveConfig({ set, ...(file === undefined ? {} : { config: file }) })
  const { digest, leaves } = config
  const { withoutEffect, warnings } = environment
  if (json) terminal.answer(JSON.stringify({ digest, values: leaves, withoutEffect, warnings }, undefined, 2))
  else {
    const width = Math.max(...leaves.map(({ path }) => path.length))
    for (const { path, value, source } of leaves) terminal.answer(`${path.padEnd(width)}  ${String(value)}  (${source})`)
    terminal.answer(`\ndigest of what decides: ${digest}`)
    for (const name of withoutEffect) terminal.answer(`without effect in this version: ${name}`)
    for (const warning of warnings) terminal.answer(`warning: ${warning}`)
  }
  finish(EXIT.done)
}
