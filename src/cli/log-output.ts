import { writeSync } from 'node:fs';

/** Bytes of a line, as far as they could be written. @throws as `writeSync` */
export type WriteBytes = (bytes: Buffer) => number;

export interface LogOutput {
  write(line: string): void;
}

/** A reader of our output that stands still is waited for so long, in steps. */
const FULL_PIPE_MS_MAX = 1_000;
const FULL_PIPE_STEP_MS = 10;

/**
 * Writes lines at once. One that cannot be written, because the disk of the log is full or nobody
 * reads it, is dropped, and the work goes on; `onBack` is told how many those were as soon as a line
 * gets through again.
 */
export function openLogOutput(
  onBack: (dropped: number) => void,
  writeBytes: WriteBytes = (bytes) => writeSync(1, bytes),
): LogOutput {
  let dropped = 0;
  /** The last line that was begun has no end. */
  let isCut = false;
  const write = (line: string): void => {
    let rest = Buffer.from(isCut ? `\n${line}` : line);
    try {
      while (rest.length > 0) {
        const count = writePatiently(writeBytes, rest, dropped === 0 ? FULL_PIPE_MS_MAX : 0);
        isCut = count < rest.length;
        rest = rest.subarray(count);
      }
    } catch {
      dropped += 1;
      return;
    }
    if (dropped === 0) return;
    const count = dropped;
    dropped = 0;
    onBack(count);
  };
  return { write };
}

function writePatiently(writeBytes: WriteBytes, bytes: Buffer, patienceMs: number): number {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return writeBytes(bytes);
    } catch (error) {
      const isFullPipe = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      if (!isFullPipe || performance.now() >= endMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_STEP_MS);
    }
  }
}
