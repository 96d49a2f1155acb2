/**
 * The console: the built page at each of its paths where it is there, else a plain one that says so. A path that is none of them is not found: who reads
 * pages (`Accept: text/html`) gets the console's own word for it, everybody else the API's. A file whose
 * name holds the hash of its content never changes and is kept for a year; a document is asked for anew each time, so that it names the files of now.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { CONSOLE_PAGES } from './contract-console.ts'
import type { Api } from './type-provider.ts'

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Ballast</title>
<h1>Ballast is running</h1>
<p>The page is not built: <code>npm run build:web</code> builds it. Everything it would show is here already:</p>
<ul><li><a href="/api/overview">/api/overview</a>: the account, its cover and the last decisions</li>
<li><a href="/ready">/ready</a>: able to act safely?</li>
<li><a href="/docs">/docs</a>: every call there is</li></ul>
</html>
`

const HASHED = /[\\/]assets[\\/][^\\/]+-[\w-]{8}\.\w+(?:\.(?:br|gz))?$/
const YEAR = 'public, max-age=31536000, immutable'

function setHeaders(reply: FastifyReply, path: string): void {
  reply.header('cache-control', HASHED.test(path) ? YEAR : 'no-cache')
}

const NOT_A_PAGE = /^\/(?:api|docs)(?:\/|$)|\.\w+$/

/** The console at an address it does not know, for a browser that was sent there; undefined where the API answers. */
export function unknownPage(webDist: string | undefined): (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined {
  const isBuilt = webDist !== undefined && existsSync(join(webDist, 'index.html'))
  return ({ method, url, headers }, reply) => {
    const path = url.split('?', 1)[0] ?? url
    if (!isBuilt || method !== 'GET' || NOT_A_PAGE.test(path) || headers.accept?.includes('text/html') !== true) return undefined
    return reply.code(404).sendFile('index.html')
  }
}

export async function installPage(app: Api, webDist: string | undefined): Promise<void> {
  if (webDist !== undefined && existsSync(join(webDist, 'index.html'))) {
    // the build leaves each file in compressed forms as well
    const files = { index: false as const, dotfiles: 'ignore' as const, cacheControl: false, preCompressed: true }
    await app.register(fastifyStatic, { root: webDist, ...files, setHeaders })
    for (const { id, path } of CONSOLE_PAGES) {
      // each page's own document names its files in its head; the common one finds them later
      const document = existsSync(join(webDist, `${id}.html`)) ? `${id}.html` : 'index.html'
      app.get(path, { schema: { hide: true } as object }, (_request, reply) => reply.sendFile(document))
    }
    return
  }
  for (const { path } of CONSOLE_PAGES)
    app.get(path, { schema: { hide: true } as object }, (_request, reply) =>
      reply.type('text/html; charset=utf-8').serializer(String).send(NOT_BUILT),
    )
}
