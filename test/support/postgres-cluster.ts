import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.js';
import { scratchFolder } from './scratch.js';

/**
 * Makes a cluster that others are copied from: initdb takes most of a server's start. Answers its
 * folder, and leaves its place in QBO_TEST_CLUSTER for the processes of this run.
 */
export async function makeClusterTemplate(): Promise<string> {
  const folder = scratchFolder('qbo-sync-cluster');
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), durable: false });
  await server.stop();
  process.env.QBO_TEST_CLUSTER = server.dir;
  return folder;
}

/**
 * A folder whose `postgres` is the data of a cluster nobody has used: a copy where this run has made
 * a template, else it comes to be when its server starts.
 */
export function newCluster(name: string): { folder: string; dataDir: string } {
  const folder = scratchFolder(name);
  const dataDir = join(folder, 'postgres');
  const template = process.env.QBO_TEST_CLUSTER;
  if (template) {
    const copy = spawnSync('cp', ['-a', template, dataDir], { encoding: 'utf8' });
    if (copy.status !== 0) throw new Error(`The cluster was not copied: ${copy.stderr}`);
  }
  return { folder, dataDir };
}
