import type { Readable } from 'node:stream';

/**
 * Hands over each line of an output once its end was written. What stands behind the last one is half a
 * line: its process was killed while it wrote, and nobody can read it.
 */
export function eachWholeLine(output: Readable, take: (line: string) => void): void {
  let begun = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const lines = (begun + text).split('\n');
    begun = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
}
