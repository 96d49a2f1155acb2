/** The console: the built page at each of its paths where it is there, else a plain one that says so. A path that is none of them is not found. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
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

export async function installPage(app: Api, webDist: string | undefined): Promise<void> {
  if (webDist !== undefined && existsSync(join(webDist, 'index.html'))) {
    // the build leaves each file in compressed forms as well
    const files = { index: ['index.html'], dotfiles: 'ignore' as const, cacheControl: true, maxAge: 0, preCompressed: true }
    await app.register(fastifyStatic, { root: webDist, ...files })
    for (const { path } of CONSOLE_PAGES)
      if (path !== '/') app.get(path, { schema: { hide: true } as object }, (_request, reply) => reply.sendFile('index.html'))
    return
  }
  for (const { path } of CONSOLE_PAGES)
    app.get(path, { schema: { hide: true } as object }, (_request, reply) =>
      reply.type('text/html; charset=utf-8').serializer(String).send(NOT_BUILT),
    )
}
