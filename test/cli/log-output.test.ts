import { describe, expect, it } from '@jest/globals';
import { openLogOutput } from '../../src/cli/log-output.js';

interface Disk {
  text: string;
  /** What each write meets, and what each but the first. */
  error: string | undefined;
  errorAfter: string | undefined;
  /** Bytes one write takes. */
  room: number;
}

/** A log's disk, and what is written to it. */
function disk() {
  const state: Disk = {
    text: '',
    error: undefined,
    errorAfter: undefined,
    room: Number.POSITIVE_INFINITY,
  };
  const drops: number[] = [];
  let tries = 0;
  const output = openLogOutput(
    (count) => drops.push(count),
    (bytes) => {
      tries += 1;
      if (state.error !== undefined) throw Object.assign(new Error('no'), { code: state.error });
      const fits = bytes.subarray(0, state.room);
      state.text += fits.toString();
      state.error = state.errorAfter;
      return fits.length;
    },
  );
  return { state, drops, output, tries: () => tries };
}

describe('lines of the log', () => {
  it('are written whole, in as many writes as it takes', () => {
    const { state, output } = disk();
    state.room = 3;
    output.write('{"event":"a"}\n');
    expect(state.text).toBe('{"event":"a"}\n');
  });

  it('are dropped on a full disk, and counted once there is room', () => {
    const { state, drops, output } = disk();
    output.write('a\n');
    state.error = 'ENOSPC';
    for (const line of ['b\n', 'c\n']) output.write(line);
    state.error = undefined;
    output.write('d\n');
    output.write('e\n');

    expect(state.text).toBe('a\nd\ne\n');
    expect(drops).toEqual([2]);
  });

  it('begin anew after one that was cut off', () => {
    const { state, output } = disk();
    state.room = 2;
    state.errorAfter = 'ENOSPC';
    output.write('{"event":"cut"}\n');
    state.error = state.errorAfter = undefined;
    state.room = Number.POSITIVE_INFINITY;
    output.write('{"event":"whole"}\n');

    expect(state.text).toBe('{"\n{"event":"whole"}\n');
  });

  it('wait a second for a reader that stands still, and no longer', () => {
    const { state, output, tries } = disk();
    state.error = 'EAGAIN';
    const startedAtMs = performance.now();
    output.write('a\n');
    const waitedMs = performance.now() - startedAtMs;
    expect(waitedMs).toBeGreaterThan(900);
    expect(waitedMs).toBeLessThan(5_000);
    const before = tries();
    output.write('b\n');
    expect(tries()).toBe(before + 1);
  });
});
