/** What the process says to whoever called it. `ballast --help` prints this table. */
export const EXIT = {
  done: 0,
  failed: 1,
  refused: 2,
  floorNotBought: 3,
  journalNotTrusted: 4,
  held: 5,
  floorNotHeld: 6,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.done, 'done'],
  [EXIT.failed, 'failed: disk, network or a bug; say --debug for the place'],
  [EXIT.refused, 'usage, configuration or data refused; each line says field: seen — limit'],
  [EXIT.floorNotBought, 'backtest: the floor could not be bought; the report lists every refusal'],
  [EXIT.journalNotTrusted, 'the journal is damaged, or a replay differs from it'],
  [EXIT.held, 'held by another process: the journal folder or the port'],
  [EXIT.floorNotHeld, 'prove: the record is right, and says that the promise of the cover does not hold'],
]
