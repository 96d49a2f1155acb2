/**
 * The built widget under `/widget/`: the bundles that a page of this host embeds, their types, and the example page. The files are the same for everybody and
 * hold no secret; they are served to clients, so also where operations have a port of their own.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import type { Api } from './type-provider.ts'

const OPTIONS = {
  prefix: '/widget/',
  index: ['index.html'],
  redirect: true,
  dotfiles: 'ignore' as const,
  decorateReply: false,
  maxAge: 0,
  preCompressed: true,
  // a `.ts` is a film to those who know types of files
  setHeaders: (reply: FastifyReply, path: string) => void (path.endsWith('.d.ts') && reply.type('text/plain; charset=utf-8')),
}

export async function installWidget(app: Api, widgetDist: string | undefined): Promise<void> {
  if (widgetDist === undefined || !existsSync(join(widgetDist, 'ballast-widget.js'))) return
  await app.register(fastifyStatic, { root: widgetDist, ...OPTIONS })
}
