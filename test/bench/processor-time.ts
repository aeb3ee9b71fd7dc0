import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

interface Times {
  pid: number;
  parent: number;
  /** Of itself and of children that ended, in clock ticks. */
  ticks: number;
}

/** Processor time of a process and all below it, in milliseconds (Linux: from /proc). */
export function processorMs(pid: number): number {
  const all = readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .flatMap((one) => timesOf(one) ?? []);
  const ticksBelow = (parent: number): number =>
    all
      .filter((one) => one.parent === parent)
      .reduce((sum, one) => sum + one.ticks + ticksBelow(one.pid), 0);
  return ((timesOf(pid)?.ticks ?? 0) + ticksBelow(pid)) * (1_000 / TICKS_PER_SECOND);
}

/** User and system time, with that of children that were waited for (proc_pid_stat, 14 to 17). */
function timesOf(pid: number): Times | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), ticks };
  } catch {
    // It ended in the meantime.
    return undefined;
  }
}
