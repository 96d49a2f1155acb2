/**
 * Build of the widget into `widget/dist`, one bundle per mode, `element` (the default): the custom element with everything inside, React's
 * place taken by preact/compat. `react`: the component, React left to the page, firm price and modals loaded apart. `kit`: the test kit for position sources. `budget.json` holds the sizes.
 */
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const PREACT = {
  'react/jsx-runtime': 'preact/jsx-runtime',
  'react-dom/client': 'preact/compat/client',
  'react-dom': 'preact/compat',
  react: 'preact/compat',
}
const BUNDLES: Readonly<Record<string, { readonly name: string; readonly from: string }>> = {
  element: { name: 'ballast-widget', from: 'main.ts' },
  react: { name: 'ballast-protection-react', from: 'react.tsx' },
  kit: { name: 'ballast-source-kit', from: 'sources/contract.ts' },
}
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** What Vite puts around `import()` fetches style sheets and scripts ahead of it; the parts here have neither, so it is the import alone. */
const BARE_IMPORT: Plugin = {
  name: 'ballast:bare-import',
  enforce: 'pre',
  load: { filter: { id: /vite\/preload-helper/ }, handler: () => 'export const __vitePreload = (load) => load()' },
}

export default defineConfig(({ mode }) => {
  const { name, from } = BUNDLES[mode] ?? { name: 'ballast-widget', from: 'main.ts' }
  const isReact = mode === 'react'
  return {
    root: file('.'),
    plugins: [BARE_IMPORT],
    resolve: { alias: isReact ? {} : PREACT },
    oxc: { jsx: { runtime: 'automatic' } },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: 'dist',
      emptyOutDir: name === 'ballast-widget',
      target: 'es2023',
      minify: true,
      modulePreload: false,
      reportCompressedSize: false,
      copyPublicDir: false,
      // not vite's library mode: that leaves the spaces in
      rolldownOptions: {
        input: { [name]: file(from) },
        // what a part that is loaded later shares with the entry stays in the entry
        preserveEntrySignatures: 'allow-extension',
        external: isReact ? [/^react(-dom)?(\/.*)?$/] : [],
        output: { entryFileNames: '[name].js', chunkFileNames: 'ballast-[name].js', ...(isReact ? {} : { codeSplitting: false }) },
      },
    },
  }
})
