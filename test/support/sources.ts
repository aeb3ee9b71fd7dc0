import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** One import or re-export of a source file. */
export interface Import {
  line: number;
  /** A file of ours from the root, such as `src/ledger/database/open.ts`, or a package's name. */
  target: string;
  isOurs: boolean;
  /** `import type`: it is gone when the program runs. */
  isType: boolean;
}

export interface SourceFile {
  /** From the root, with slashes. */
  path: string;
  lines: string[];
  imports: Import[];
}

/** Every file below `folder` (from the root) whose name ends so, folders and files by name. */
export function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** The sources of the product, with what each imports. */
export function readSources(): SourceFile[] {
  return ['src', 'jobs']
    .flatMap((folder) => filesBelow(folder, /\.(ts|tsx|mjs)$/))
    .map((path) => sourceFile(path, readFileSync(join(ROOT, path), 'utf8')));
}

export function sourceFile(path: string, text: string): SourceFile {
  return { path, lines: text.split('\n'), imports: importsOf(path, text) };
}

// Biome keeps statements at the start of a line; names between braces may span lines.
const FROM = /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'/gm;
const BARE = /^import\s+'([^']+)'/gm;
const DYNAMIC = /\b(?:import|require|require\.resolve)\(\s*'([^']+)'/g;

function importsOf(path: string, text: string): Import[] {
  const found = (index: number, specifier: string, isType: boolean): Import => {
    const isOurs = specifier.startsWith('.');
    const target = isOurs ? fileOf(path, specifier) : packageOf(specifier);
    return { line: text.slice(0, index).split('\n').length, target, isOurs, isType };
  };
  return [
    ...[...text.matchAll(FROM)].map((m) => found(m.index, m[2] ?? '', m[1] !== undefined)),
    ...[...text.matchAll(BARE)].map((m) => found(m.index, m[1] ?? '', false)),
    ...[...text.matchAll(DYNAMIC)].map((m) => found(m.index, m[1] ?? '', false)),
  ];
}

/** `./open.js` in `src/ledger/pushes/due.ts` → `src/ledger/database/open.ts`. */
function fileOf(path: string, specifier: string): string {
  const place = join(dirname(path), specifier).split(sep).join('/');
  if (!place.endsWith('.js')) return place;
  const asTs = place.replace(/\.js$/, '.ts');
  return readable(asTs) ? asTs : place.replace(/\.js$/, '.tsx');
}

function readable(path: string): boolean {
  try {
    return readFileSync(join(ROOT, path)).length >= 0;
  } catch {
    return false;
  }
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
