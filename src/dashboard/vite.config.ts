import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { themeVariables } from './frame/theme-variables.js';

/** Builds the dashboard to dist/dashboard; web serves it at /dashboard/. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/dashboard/',
  plugins: [react(), themeVariables()],
  build: {
    outDir: '../../dist/dashboard',
    emptyOutDir: true,
    // The content security policy knows no data: addresses.
    assetsInlineLimit: 0,
    // One script, 230 kB of it compressed at most, which is about this much as it is.
    chunkSizeWarningLimit: 730,
  },
});
