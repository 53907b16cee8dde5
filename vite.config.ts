/** The studio's page: from src/studio/client to dist/studio/page, with nothing left to load from elsewhere. */
import path from 'node:path'
import { defineConfig } from 'vite'

export default defineConfig({
  root: path.join(import.meta.dirname, 'src', 'studio', 'client'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: path.join(import.meta.dirname, 'dist', 'studio', 'page'),
    emptyOutDir: true,
    // A page without inline scripts and styles, as its policy demands.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
  logLevel: 'warn',
})
