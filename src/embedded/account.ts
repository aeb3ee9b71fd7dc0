import { spawnSync } from 'node:child_process';
import { EmbeddedPostgresError } from './errors.js';

const PROBE_LIMIT_MS = 5_000;

/** The user that runs PostgreSQL's programs; null is the user we are. */
export type Account = { readonly uid: number; readonly gid: number } | null;

/**
 * PostgreSQL refuses to run as root, so as root its programs run as `nobody`. No user is created.
 * initdb looks its user up by number, therefore any free number will not do.
 */
export function unprivilegedAccount(): Account {
  if (!isRoot()) return null;
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  if (uid === null || gid === null || uid === 0) {
    throw new EmbeddedPostgresError(
      'no_place',
      'PostgreSQL does not run as root, and this machine has no user "nobody" to run it as. ' +
        'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
    );
  }
  return { uid, gid };
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * How PostgreSQL's programs are spawned: as the account, from a folder everybody can enter, and
 * with an environment that carries none of our secrets.
 */
export function spawnOptionsFor(account: Account) {
  return {
    ...(account ?? {}),
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' },
  };
}

/** Whether the account can enter the folder and write there. Asks the system, not mode bits. */
export function canWriteIn(folder: string, account: Account): boolean {
  const script = 'cd -- "$1" && : > .probe && rm .probe';
  const probe = spawnSync('/bin/sh', ['-c', script, 'sh', folder], {
    ...spawnOptionsFor(account),
    stdio: 'ignore',
    timeout: PROBE_LIMIT_MS,
  });
  return probe.status === 0;
}

function idOf(option: '-u' | '-g'): number | null {
  const asked = spawnSync('id', [option, 'nobody'], {
    encoding: 'utf8',
    timeout: PROBE_LIMIT_MS,
  });
  const id = Number.parseInt(asked.stdout ?? '', 10);
  return asked.status === 0 && Number.isInteger(id) ? id : null;
}
