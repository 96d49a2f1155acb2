/** Types of `ballast-source-kit.js`: the test kit that holds a position source to what the widget relies on. */
import type { HeldPosition, PositionSource } from './ballast-protection-react.js'

/** Called once for each rule, with what the source shall hold; where that cannot be read it throws or the source refuses. */
export type MakeSource = (held: readonly HeldPosition[]) => PositionSource | Promise<PositionSource>
/** `test` of node:test, or of a runner that is called the same way. */
export type RunTest = (title: string, run: () => Promise<void>) => unknown

export declare function positionSourceContract(test: RunTest, name: string, makeSource: MakeSource): void
