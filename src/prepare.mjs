// What `npm run demo`, `npm run simulator` and `npm test` need before they can start on a fresh
// clone: the dependencies of the lock file and, with --build, an up-to-date dist/. Uses nothing
// but Node, because nothing else is there yet. Messages go to stderr: stdout belongs to the command.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const path = (...parts) => join(root, ...parts);

/** Newest modification time below `place` in milliseconds; 0 when there is nothing. */
function newestMs(place) {
  if (!existsSync(place)) return 0;
  const stat = statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(place).map((name) => newestMs(join(place, name))));
}

function run(title, args) {
  process.stderr.write(`${title}\n`);
  const npm = process.env.npm_execpath;
  const [command, ...rest] = npm ? [process.execPath, npm, ...args] : ['npm', ...args];
  const ended = spawnSync(command, rest, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, npm_config_loglevel: 'error' },
  });
  if (ended.status !== 0) process.exit(ended.status ?? 1);
}

const installed = path('node_modules', '.package-lock.json');
if (
  !existsSync(installed) ||
  statSync(installed).mtimeMs < statSync(path('package-lock.json')).mtimeMs
) {
  run('Installing dependencies ...', ['ci', '--no-audit', '--no-fund']);
}

if (process.argv.includes('--build')) {
  const sourceMs = Math.max(
    ...['src', 'jobs', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) =>
      newestMs(path(name)),
    ),
  );
  const builtMs = Math.min(
    newestMs(path('dist', 'src', 'cli.js')),
    newestMs(path('dist', 'dashboard', 'index.html')),
  );
  if (builtMs < sourceMs) run('Building ...', ['run', 'build', '--silent']);
}
