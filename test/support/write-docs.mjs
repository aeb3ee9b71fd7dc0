// Writes the parts of docs/ that are made from the code: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';

import './ts-register.mjs';

const { errorsPage, settingsPage } = await import('./doc-pages.ts');
const pages = { 'docs/settings.md': settingsPage, 'docs/errors.md': errorsPage };
for (const [path, made] of Object.entries(pages)) {
  const file = new URL(`../../${path}`, import.meta.url);
  writeFileSync(file, made(readFileSync(file, 'utf8')));
}
