/** What the page knows of its line to the server. `lost` means: neither the stream nor a question gets an answer. */
export type ConnectionState = 'connecting' | 'live' | 'polling' | 'lost'
export interface Connection {
  readonly state: ConnectionState
  /** Wall-clock instant of the last answer, epoch ms; undefined before the first. */
  readonly lastAt: number | undefined
  readonly problem: string | undefined
}
