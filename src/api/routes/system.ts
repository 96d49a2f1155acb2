/** `GET /api/system`: feeds with their ages, links, brakes, the journal and the process itself. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isoFromEpochMs } from '#base/civil-date.ts'
import { scopeOf } from '../caller.ts'
import { failureSchema } from '../contract.ts'
import { systemAnswer } from '../contract-system.ts'
import type { SystemAnswer } from '../contract-system.ts'
import { durable } from '../context.ts'
import type { Context } from '../context.ts'
import type { Api } from '../type-provider.ts'

const SYSTEM = { tags: ['operations'], response: { 200: systemAnswer, '4xx': failureSchema, 503: failureSchema } }
const NS_PER_MS = 1e6
const RESOLUTION_MS = 10
const MINUTE_MS = 60_000

export function systemRoutes(app: Api, context: Context): void {
  const loop = loopDelay()
  app.addHook('preClose', (done) => {
    loop.stop()
    done()
  })
  app.get('/api/system', { schema: SYSTEM }, async (request, reply) => {
    const asOfSeq = context.platform.engine.seq
    const body = systemShown(context, loop.read(), scopeOf(context, request))
    const from = performance.now()
    await durable(context, asOfSeq)
    const durableAfterMs = performance.now() - from
    return reply.send({ ...body, journal: { ...body.journal, durableAfterMs }, asOfSeq })
  })
}

type Body = Omit<SystemAnswer, 'asOfSeq' | 'journal'> & { readonly journal: Omit<SystemAnswer['journal'], 'durableAfterMs'> }

function systemShown({ platform, views }: Context, loopDelayMs: SystemAnswer['process']['loopDelayMs'], scope: string | undefined): Body {
  const { feeds, links, brakes, refused } = views.system()
  const { rss, heapUsed } = process.memoryUsage()
  return {
    status: 'ok',
    process: {
      version: platform.info.version,
      node: process.version,
      uptimeMs: Math.round(process.uptime() * 1_000),
      rssBytes: rss,
      heapUsedBytes: heapUsed,
      loopDelayMs,
    },
    journal: {
      journalId: platform.info.journalId,
      seq: platform.engine.seq,
      durableSeq: platform.driver.durableSeq,
      pendingRecords: platform.pendingRecords(),
      isFull: platform.isJournalFull?.() === true,
      segments: platform.journalSegments?.().map((one) => ({ ...one })) ?? null,
      keepBytes: platform.config.host.journal.keepBytes ?? null,
    },
    feeds: feeds.map(({ parts, ...feed }) => ({ ...feed, fresh: feed.ageMs <= feed.limitMs, parts: parts ?? null })),
    links: links.map((link) => ({ ...link })),
    // behind a gateway a brake on another account is that account's own affair
    brakes: brakes
      .filter(({ account }) => scope === undefined || account === undefined || account === scope)
      .map(({ source, action, account, by, since, explanation }) => ({
        source,
        action,
        account: account ?? null,
        by: by ?? null,
        sinceIso: since === undefined ? null : isoFromEpochMs(since),
        explanation,
      })),
    refused: refused.map((one) => ({ ...one })),
  }
}

/** Delay of the event loop, minute by minute. */
function loopDelay() {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  const taken = (): SystemAnswer['process']['loopDelayMs'] => ({
    median: late(histogram.percentile(50)),
    p99: late(histogram.percentile(99)),
    max: late(histogram.max),
  })
  let lastMinute: SystemAnswer['process']['loopDelayMs'] | undefined
  const timer = setInterval(() => {
    lastMinute = taken()
    histogram.reset()
  }, MINUTE_MS).unref()
  return {
    read: () => lastMinute ?? taken(),
    stop: () => {
      clearInterval(timer)
      histogram.disable()
    },
  }
}

/** What the timer was asked for is no delay. */
function late(ns: number): number {
  return Number.isFinite(ns) ? Math.max(0, ns / NS_PER_MS - RESOLUTION_MS) : 0
}
