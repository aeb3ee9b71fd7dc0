import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Account, canWriteIn, isRoot, unprivilegedAccount } from './account.js';
import { EmbeddedPostgresError } from './errors.js';

/** Where one embedded server keeps its files, and who runs it. */
export interface Place {
  readonly dir: string;
  /** PostgreSQL's own data folder. It exists only once initdb has ended well. */
  readonly data: string;
  readonly passwordFile: string;
  readonly ownerFile: string;
  readonly account: Account;
}

/**
 * Decides where the data lies: in the wanted folder when the account that runs PostgreSQL can
 * reach it, else in a folder named after it below the first usable of `durableFolders()`. A place
 * that already holds data is taken before a new one is made, so a second start goes on with the
 * data of the first even when the rights of the wanted folder's parents have changed.
 */
export function findPlace(wantedDir: string): Place {
  const wanted = resolve(wantedDir);
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const dirs = [wanted, ...durableFolders().map((folder) => join(folder, name))];
  for (const find of [existingPlace, newPlace]) {
    for (const dir of dirs) {
      const place = find(dir);
      if (place) return place;
    }
  }
  throw new EmbeddedPostgresError(
    'no_place',
    `no folder to keep the data in; tried ${dirs.join(', ')}. ` +
      'Make one of them writable, or set DATABASE_URL to a PostgreSQL server.',
  );
}

/**
 * Folders for what cannot stay in the project's folder, the best first. They outlive a restart of
 * the machine; the folder for temporary files is the last resort.
 */
export function durableFolders(): string[] {
  const uid = process.getuid?.() ?? 0;
  return isRoot()
    ? ['/var/lib/qbo-sync', '/var/tmp/qbo-sync-0']
    : [`/var/tmp/qbo-sync-${uid}`, join(tmpdir(), `qbo-sync-${uid}`)];
}

/**
 * Makes the folder ours: created if missing, enterable by the account. Answers false when that
 * cannot be had. A folder that others own or may write in is not used, because in a folder for
 * temporary files anybody could have laid it there.
 */
export function makeOwnFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    const stat = lstatSync(folder);
    const others = 0o022;
    if (!stat.isDirectory() || stat.uid !== process.getuid?.()) return false;
    if ((stat.mode & others) !== 0) chmodSync(folder, stat.mode & ~others);
    if (isRoot()) chmodSync(folder, (stat.mode & ~others) | 0o111);
    return true;
  } catch {
    return false;
  }
}

function placeAt(dir: string, account: Account): Place {
  return {
    dir,
    data: join(dir, 'data'),
    passwordFile: join(dir, 'password'),
    ownerFile: join(dir, 'owner'),
    account,
  };
}

function existingPlace(dir: string): Place | null {
  try {
    const { uid, gid } = statSync(join(dir, 'data'));
    // Root goes on as whoever made the data: PostgreSQL insists on owning its folder.
    const account = isRoot() && uid !== 0 ? { uid, gid } : null;
    if (!isRoot() && uid !== process.getuid?.()) return null;
    const place = placeAt(dir, account);
    return canWriteIn(place.data, account) ? place : null;
  } catch {
    return null;
  }
}

function newPlace(dir: string): Place | null {
  const place = placeAt(dir, unprivilegedAccount());
  const parent = dirname(dir);
  if (durableFolders().includes(parent) && !makeOwnFolder(parent)) return null;
  if (!makeOwnFolder(dir)) return null;
  const probe = join(dir, `probe-${randomUUID()}`);
  try {
    makeFolderFor(place.account, probe);
    return canWriteIn(probe, place.account) ? place : null;
  } catch {
    return null;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

/** An empty folder that belongs to the account and opens to nobody else. */
export function makeFolderFor(account: Account, folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  if (account) chownSync(folder, account.uid, account.gid);
}
