import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unprivilegedAccount } from '../../../src/embedded/account.js';
import type { Ledger } from '../../../src/ledger/database/open.js';

/** Where the documents lie from now on, and nothing else. */
export interface SmallDisk {
  /** No further page fits. */
  fill(): Promise<void>;
  empty(): Promise<void>;
  /** The documents lie where they lay before. */
  remove(): Promise<void>;
}

/**
 * A real disk of 8 MB in memory, as a tablespace: needs root, and leave to mount. Where that is not
 * given, the database says of each new row what it says on a full disk (SQLSTATE 53100); what it
 * would write of it is then not tried.
 */
export async function smallDisk(ledger: Ledger): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'qbo-sync-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0755', 'tmpfs', folder]);
  if (mounted.status === 0) return mountedDisk(ledger, folder);
  rmSync(folder, { recursive: true });
  return toldDisk(ledger);
}

async function mountedDisk({ sql }: Ledger, folder: string): Promise<SmallDisk> {
  const place = join(folder, 'tables');
  const filler = join(folder, 'filler');
  mkdirSync(place);
  const account = unprivilegedAccount();
  if (account !== null) chownSync(place, account.uid, account.gid);
  await sql.unsafe(`create tablespace chaos_disk location '${place}'`);
  await sql`alter table documents set tablespace chaos_disk`;
  return {
    async fill() {
      try {
        for (;;) writeFileSync(filler, Buffer.alloc(4_096), { flag: 'a' });
      } catch (error) {
        // An error of Node's own is no Error of a test's.
        const isFull = typeof error === 'object' && error !== null && 'code' in error;
        if (!isFull || error.code !== 'ENOSPC') throw error;
      }
    },
    empty: async () => rmSync(filler),
    async remove() {
      rmSync(filler, { force: true });
      await sql`alter table documents set tablespace pg_default`;
      await sql`drop tablespace chaos_disk`;
      const left = spawnSync('umount', [folder], { encoding: 'utf8' });
      if (left.status !== 0) throw new Error(left.stderr);
      rmSync(folder, { recursive: true });
    },
  };
}

async function toldDisk({ sql }: Ledger): Promise<SmallDisk> {
  const empty = () => sql`drop function if exists chaos_full cascade`.then(() => undefined);
  return {
    async fill() {
      await sql`
        create function chaos_full() returns trigger language plpgsql as
        $$ begin raise exception 'No space left on device' using errcode = '53100'; end $$`;
      await sql`create trigger chaos_full before insert on documents
        for each row execute function chaos_full()`;
    },
    empty,
    remove: empty,
  };
}
