/**
 * Build of the page: `web/` into `web/dist`. No content is fetched from elsewhere and nothing is inlined into the document, since the
 * server's content policy allows scripts, styles and fonts from itself only. `npm run build:web` and `npm start` both come here.
 */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'baseline-widely-available',
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 4101,
    proxy: { '/api': 'http://127.0.0.1:4100', '/explain': 'http://127.0.0.1:4100', '/ready': 'http://127.0.0.1:4100' },
  },
})
