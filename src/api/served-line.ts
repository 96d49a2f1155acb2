/**
 * The line of the log about a quote that was served. There is one for each, and pino takes as long for it as a cache for the answer: these are the same
 * bytes, with what never changes written once. Route and word are this program's own and need no escapes.
 */
import { hostname } from 'node:os'
import type { Served } from './quote-desk.ts'
import type { CacheCounts } from './quote-cache.ts'

interface ServedEntry extends CacheCounts {
  readonly route: string
  readonly cache: Served
}

const HEAD = '{"level":30,"time":'
const PROCESS = `,"pid":${process.pid},"hostname":${JSON.stringify(hostname())},"route":"`

/** `time`: epoch ms of the wall clock. */
export function servedLine({ route, cache, hits, misses, hitRate }: ServedEntry, time: number): string {
  return `${HEAD}${time}${PROCESS}${route}","cache":"${cache}","hits":${hits},"misses":${misses},"hitRate":${hitRate},"msg":"quote"}\n`
}
