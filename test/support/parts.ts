import { relative, sep } from 'node:path';
import type { Report } from './summary.js';

/** What the tests of one folder took together. */
interface Part {
  name: string;
  files: number;
  tests: number;
  /** Sum over its files; several files run at the same time, so all parts add up to more than a clock shows. */
  seconds: number;
}

/** A table of where the time of a run went: a line per folder of test/, the longest first. */
export function partLines({ testResults }: Report, root: string): string[] {
  const parts = new Map<string, Part>();
  for (const { name, startTime, endTime, assertionResults } of testResults) {
    const key = partOf(relative(root, name));
    const part = parts.get(key) ?? { name: key, files: 0, tests: 0, seconds: 0 };
    part.files += 1;
    part.tests += assertionResults.length;
    part.seconds += Math.max(0, endTime - startTime) / 1_000;
    parts.set(key, part);
  }
  if (parts.size < 2) return [];
  const rows = [...parts.values()].sort((a, b) => b.seconds - a.seconds);
  return [
    lineOf('part', 'files', 'tests', 'seconds'),
    ...rows.map((part) =>
      lineOf(part.name, `${part.files}`, `${part.tests}`, part.seconds.toFixed(1)),
    ),
  ];
}

/** Below this a file's place in the order does not matter. */
const LONG_SECONDS = 4;

/** Whole seconds of each file that took long, by its path from the root, as long-files.json has them. */
export function longFiles({ testResults }: Report, root: string): Record<string, number> {
  const timed = testResults.map(
    ({ name, startTime, endTime }) =>
      [
        relative(root, name).split(sep).join('/'),
        Math.round((endTime - startTime) / 1_000),
      ] as const,
  );
  const long = timed.filter(([, seconds]) => seconds >= LONG_SECONDS);
  return Object.fromEntries(long.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `test/journey/demo.test.ts` belongs to `journey`, a file that lies in test/ itself to `project`. */
function partOf(path: string): string {
  const [, folder = '', ...rest] = path.split(sep);
  return rest.length === 0 ? 'project' : folder;
}

function lineOf(name: string, files: string, tests: string, seconds: string): string {
  return `${name.padEnd(12)}${files.padStart(6)}${tests.padStart(8)}${seconds.padStart(10)}`;
}
