/**
 * What went wrong, as lines and an exit code. A refusal of any part of the platform says field, seen and limit; those are printed as they are,
 * all of them, and never with a stack. Anything else is a failure, whose stack `--debug` shows.
 */
import type { Refusal, Scalar } from '#base/result.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

export interface Problem {
  readonly field: string
  readonly seen: Scalar
  readonly limit: Scalar
  readonly source?: string
}

/** A refusal of the command line itself. */
export class CliRefusal extends Error {
  override readonly name = 'CliRefusal'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemLine).join('\n'))
    this.problems = problems
  }
}

export function refused(field: string, seen: Scalar, limit: string): CliRefusal {
  return new CliRefusal([{ field, seen, limit }])
}

export function problemLine({ field, seen, limit, source }: Problem): string {
  return `${field}${source === undefined || source === '' ? '' : ` (${source})`}: ${String(seen)} — ${String(limit)}`
}

export interface Told {
  readonly exitCode: ExitCode
  readonly lines: readonly string[]
}

const ANOTHER_VERSION =
  'go on with the version that wrote this journal, or begin anew: ballast start --reset seals it and keeps it in the archive'

const CODES: Readonly<Record<string, ExitCode>> = {
  journal_locked: EXIT.held,
  journal_damaged: EXIT.journalNotTrusted,
  journal_newer_format: EXIT.journalNotTrusted,
  journal_failed: EXIT.failed,
  journal_full: EXIT.failed,
  journal_closed: EXIT.failed,
}

interface AnyError extends Error {
  readonly code?: string
  readonly port?: number
  readonly problems?: readonly Problem[]
  readonly refusal?: Refusal
  readonly difference?: { readonly seq: number }
  readonly field?: string
  readonly seen?: string
  readonly limit?: string
}

export function tell(error: unknown, isDebugging: boolean): Told {
  const told = reasonOf(error instanceof Error ? (error as AnyError) : new Error(String(error)))
  const stack = isDebugging && error instanceof Error && error.stack !== undefined ? [error.stack] : []
  return { exitCode: told.exitCode, lines: [...told.lines, ...stack] }
}

function reasonOf(error: AnyError): Told {
  if (error.problems !== undefined) return { exitCode: EXIT.refused, lines: error.problems.map(problemLine) }
  if (error.refusal !== undefined) {
    const lines = [problemLine(error.refusal)]
    if (error.refusal.code === 'journal_locked') lines.push('another ballast runs on this folder: stop it, or say --data <another folder>')
    return { exitCode: CODES[error.refusal.code] ?? EXIT.refused, lines }
  }
  if (error.difference !== undefined)
    return { exitCode: EXIT.journalNotTrusted, lines: [error.message, 'ballast replay <journal> shows the fields'] }
  if (error.field !== undefined && error.limit !== undefined) {
    return { exitCode: EXIT.refused, lines: [problemLine({ field: error.field, seen: error.seen ?? null, limit: error.limit })] }
  }
  if (error.code === 'EADDRINUSE') {
    const port = error.port ?? 0
    return {
      exitCode: EXIT.held,
      lines: [`port: ${port} — a port nobody listens on; another program has this one, try --port ${port + 1}`],
    }
  }
  if (error.name === 'OtherMarketError') return { exitCode: EXIT.refused, lines: [error.message] }
  if (error.name === 'StateVersionError') return { exitCode: EXIT.refused, lines: [error.message, ANOTHER_VERSION] }
  return { exitCode: EXIT.failed, lines: [error.message] }
}
