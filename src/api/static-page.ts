/** The console at `/`: the built page where it is there, else a plain one that says so. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
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
    await app.register(fastifyStatic, { root: webDist, index: 'index.html', dotfiles: 'ignore', cacheControl: true, maxAge: 0 })
    return
  }
  app.get('/', { schema: { hide: true } as object }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').serializer(String).send(NOT_BUILT),
  )
}
