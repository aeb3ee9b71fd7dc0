import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findOnPath } from './programs.js';

const INSTALL_LIMIT_MS = 900_000;
const DOCKER_LIMIT_MS = 120_000;
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];

export interface Provided {
  /** What Jest's environment is given in addition. */
  env: Record<string, string>;
  stop(): void;
}

/**
 * Gets what tests need beside PostgreSQL: a Redis from REDIS_URL, the `redis-server` on PATH, the
 * distribution's package (as root on Debian) or docker, in this order; a browser from
 * CHROMIUM_PATH, PATH or the distribution's package. Packages come before docker because fault
 * tests freeze and kill a server of their own. What cannot be had is left out.
 */
export function provide(): Provided {
  const env: Record<string, string> = {};
  const redis = process.env.TEST_REDIS_SERVER || program(['redis-server'], ['redis-server']);
  if (redis) env.TEST_REDIS_SERVER = redis;
  const browser = process.env.CHROMIUM_PATH || program(BROWSERS, ['chromium', 'fonts-liberation']);
  if (browser) env.CHROMIUM_PATH = browser;

  const container = redis || process.env.REDIS_URL ? null : startRedisContainer();
  if (container) env.REDIS_URL = container.url;
  return { env, stop: () => container?.stop() };
}

function program(names: string[], debianPackages: string[]): string | undefined {
  return findOnPath(names) ?? (installed(debianPackages) ? findOnPath(names) : undefined);
}

function installed(debianPackages: string[]): boolean {
  const possible = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!possible || !findOnPath(['apt-get'])) return false;
  say(`Installing ${debianPackages.join(', ')} for the tests ...`);
  aptGet(['update']);
  return aptGet(['install', '-y', '--no-install-recommends', ...debianPackages]);
}

function aptGet(args: string[]): boolean {
  const run = spawnSync('apt-get', ['-qq', ...args], {
    // With run level 1 the package does not start a service of its own.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: INSTALL_LIMIT_MS,
  });
  if (run.status !== 0) say(`apt-get ${args.join(' ')} failed: ${run.stderr?.slice(-500)}`);
  return run.status === 0;
}

function startRedisContainer(): { url: string; stop(): void } | null {
  const settings = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
  const id = docker(['run', '--rm', '-d', '-p', '127.0.0.1::6379', 'redis:7', ...settings]);
  if (id === null) return null;
  const stop = () => {
    docker(['rm', '-f', id]);
  };
  const address = docker(['port', id, '6379/tcp'])?.split('\n')[0];
  if (address) return { url: `redis://${address}`, stop };
  stop();
  return null;
}

function docker(args: string[]): string | null {
  const path = findOnPath(['docker']);
  if (!path) return null;
  const run = spawnSync(path, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: DOCKER_LIMIT_MS,
  });
  return run.status === 0 ? run.stdout.trim() : null;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
