import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the customers' page to dist/customer-page; web serves it at /connection/. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/connection/',
  plugins: [react()],
  build: {
    outDir: '../../../dist/customer-page',
    emptyOutDir: true,
    // The content security policy knows no data: addresses.
    assetsInlineLimit: 0,
  },
});
