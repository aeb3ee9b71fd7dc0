import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Folders between this file, as source or built, and package.json. */
const LEVELS_MAX = 6;

const manifest = z.object({ name: z.literal('qbo-sync'), version: z.string() });

/** This version as package.json says it, which stands above the sources and above the built files. */
export function ownVersion(): string {
  let place = dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < LEVELS_MAX; level += 1) {
    const file = join(place, 'package.json');
    if (existsSync(file)) {
      const found = manifest.safeParse(JSON.parse(readFileSync(file, 'utf8')));
      if (found.success) return found.data.version;
    }
    place = dirname(place);
  }
  return 'unknown';
}
