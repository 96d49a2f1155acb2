/**
 * Build of the page: `web/` into `web/dist`. No content is fetched from elsewhere and nothing is inlined into the document, since the
 * server's content policy allows scripts, styles and fonts from itself only. `npm run build:web` and `npm start` both come here.
 * Each page of the console is a file of its own; beside `index.html` each has a document that names its files in its head, so that the first
 * screen needs no second round to the server to learn of them.
 */
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin, type Rolldown } from 'vite'

type Bundle = Rolldown.OutputBundle
const PAGE = /[\\/]web[\\/]pages[\\/](\w+)\.ts$/

function documentPerPage(): Plugin {
  return {
    name: 'ballast:document-per-page',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const index = bundle['index.html']
      if (index?.type !== 'asset') throw new Error('the build made no index.html')
      const html = String(index.source)
      for (const { id, head } of heads(bundle, html))
        this.emitFile({ type: 'asset', fileName: `${id}.html`, source: html.replace('</head>', `${head}  </head>`) })
    },
  }
}

function heads(bundle: Bundle, html: string): { readonly id: string; readonly head: string }[] {
  return Object.values(bundle).flatMap((file) => {
    const [, id] = file.type === 'chunk' ? (PAGE.exec(file.facadeModuleId ?? '') ?? []) : []
    if (id === undefined) return []
    const names = neededBy(bundle, file.fileName).filter((name) => !html.includes(name))
    return [{ id, head: names.map((name) => `  ${linkTo(name)}\n  `).join('') }]
  })
}

/** Scripts and styles of a file and of all it imports, each once. */
function neededBy(bundle: Bundle, fileName: string, seen: ReadonlySet<string> = new Set()): string[] {
  const file = bundle[fileName]
  if (file?.type !== 'chunk' || seen.has(fileName)) return []
  const names = [fileName, ...(file.viteMetadata?.importedCss ?? [])]
  const further = file.imports.flatMap((name) => neededBy(bundle, name, new Set([...seen, fileName])))
  return [...new Set([...names, ...further])]
}

function linkTo(name: string): string {
  return name.endsWith('.css')
    ? `<link rel="stylesheet" crossorigin href="/${name}">`
    : `<link rel="modulepreload" crossorigin href="/${name}">`
}

export default defineConfig({
  plugins: [react(), documentPerPage()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'baseline-widely-available',
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // changes with the libraries, not with us: stays in the browser's cache over our builds
            {
              name: 'libraries',
              test: /[\\/]node_modules[\\/](react|react-dom|scheduler|zod|wouter|@tanstack[\\/](query-core|react-query))[\\/]/,
            },
            // a file for each little thing that pages share would cost more in requests than it saves in bytes
            { name: 'shared', test: /[\\/](web[\\/](parts|format|live|model|chart|panels)|src)[\\/]/, minShareCount: 3 },
          ],
        },
      },
    },
  },
  server: {
    port: 4101,
    proxy: { '/api': 'http://127.0.0.1:4100', '/explain': 'http://127.0.0.1:4100', '/ready': 'http://127.0.0.1:4100' },
  },
})
