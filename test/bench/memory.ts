import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../support/wait-for.js';
import { type QboSyncProcess, startProcess } from '../support/worker-process.js';
import type { BenchPlace } from './place.js';

const MB = 1_048_576;
const TOLD_WITHIN_MS = 60_000;
const TELLER = fileURLToPath(new URL('./tell-memory.mjs', import.meta.url));

/** A worker that can be asked what it keeps. */
export interface ToldWorker {
  process: QboSyncProcess;
  /** Heap and buffers that are left when its garbage was collected, in MB. */
  keptMb(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * A worker as `qbo-sync worker` starts it, which collects its garbage when it is asked: how much of
 * that lies about at any moment says when V8 last had a reason to, and not what the work needs.
 */
export async function startToldWorker({
  environment,
}: Pick<BenchPlace, 'environment'>): Promise<ToldWorker> {
  const folder = mkdtempSync(join(tmpdir(), 'qbo-sync-memory-'));
  const file = join(folder, 'told.json');
  const worker = await startProcess({
    command: 'worker',
    environment: { ...environment, LOG_LEVEL: 'info', BENCH_MEMORY_FILE: file },
    nodeArguments: ['--expose-gc', '--import', TELLER],
    log: () => undefined,
  });
  return {
    process: worker,
    async keptMb() {
      rmSync(file, { force: true });
      worker.kill('SIGUSR2');
      await waitFor(() => existsSync(file), {
        what: 'a worker to tell its memory',
        withinMs: TOLD_WITHIN_MS,
      });
      const told = JSON.parse(readFileSync(file, 'utf8')) as { kept: number };
      return told.kept / MB;
    },
    async stop() {
      worker.kill('SIGTERM');
      await worker.exitCode();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The most memory a process has had since then (proc_pid_clear_refs, 5). */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

export function peakMb(pid: number): number {
  const [, kb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1_024;
}
