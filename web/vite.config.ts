// Builds the console into web/dist: hashed files, no inline script or style, nothing from another origin.

import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// oxlint-disable-next-line no-restricted-exports -- vite reads a default export
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react()],
  css: { modules: { generateScopedName: '[name]-[local]-[hash:base64:4]' } },
  build: {
    outDir: fileURLToPath(new URL('./dist', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // While working on the console: `npx vite --config web/vite.config.ts` beside a running `npm start`.
  server: { port: 7464, proxy: { '/api': 'http://127.0.0.1:7463', '/sign-in': 'http://127.0.0.1:7463' } },
})
