/** What a subcommand gets and gives: it adds itself to the program, and says the exit code of a run through `finish`. */
import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'

export interface CommandContext {
  readonly terminal: Terminal
  finish(code: ExitCode): void
}
export type AddCommand = (program: Command, context: CommandContext) => void

/** Collects an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

export const SET_HELP = 'one configuration value, as `ballast config print` names it; may be repeated'
