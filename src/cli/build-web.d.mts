/** Types of `build-web.mjs`, which is plain JavaScript so that it runs before anything is installed. */
export declare function ensureWebBuilt(options?: {
  readonly log?: (line: string) => void
  readonly force?: boolean
}): Promise<string | undefined>
export declare function ensureWidgetBuilt(options?: {
  readonly log?: (line: string) => void
  readonly force?: boolean
}): Promise<string | undefined>
