import { relative } from 'node:path';
import { z } from 'zod';
import { failureLines } from './failures.js';
import { partLines } from './parts.js';

/** The part of Jest's JSON report that is read here. */
export const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numRuntimeErrorTestSuites: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      /** All that failed in it, as Jest tells it. */
      message: z.string(),
      /** Milliseconds since 1970, as `endTime`. */
      startTime: z.number(),
      endTime: z.number(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          ancestorTitles: z.array(z.string()),
          failureMessages: z.array(z.string()),
        }),
      ),
    }),
  ),
});
export type Report = z.infer<typeof report>;

export interface Summary {
  lines: string[];
  ok: boolean;
}

interface Skipped {
  why: string;
  file: string;
}

const REMEDIES: Record<string, string> = {
  redis: 'a Redis: put redis-server on PATH, or set REDIS_URL',
  'redis-server': 'the program redis-server on PATH',
  browser: 'a Chromium on PATH, or its path in CHROMIUM_PATH',
  recorded: 'recorded answers of QuickBooks: set QBO_RECORDED_DIR to their folder',
};
const NO_NEED = 'no need that describeWith knows';

/**
 * What is said after a run: where its time went, which tests were skipped for want of what, which
 * failed, what went wrong beside the tests, and as the last line `N passed, N failed`, with `, N skipped` where
 * that is not none. Each of `troubles` counts as a failure, and with `noSkip` each skipped test.
 */
export function summarise(
  results: Report | null,
  options: {
    noSkip: boolean;
    troubles: readonly string[];
    /** What had not ended when the run did: the files, and their tests. */
    running: readonly string[];
    root: string;
  },
): Summary {
  const { noSkip, troubles, running, root } = options;
  const skipped = results ? skippedOf(results, root) : [];
  const passed = results?.numPassedTests ?? 0;
  const failed =
    (results ? results.numFailedTests + results.numRuntimeErrorTestSuites : 1) +
    troubles.length +
    (noSkip ? skipped.length : 0);
  const counts = [`${passed} passed`, `${failed} failed`];
  if (skipped.length > 0 && !noSkip) counts.push(`${skipped.length} skipped`);
  const parts = results ? partLines(results, root) : [];
  const lines = [
    ...parts,
    ...skipLines(skipped, noSkip),
    ...(results ? failureLines(results, root) : []),
    ...running.map((test) => `Had not ended: ${test}`),
    ...troubles,
    counts.join(', '),
  ];
  return { lines, ok: failed === 0 && passed > 0 };
}

function skippedOf(results: Report, root: string): Skipped[] {
  return results.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ ancestorTitles, fullName }) => {
        const need = ancestorTitles.map((title) => /\[needs ([\w-]+)\]$/.exec(title)?.[1]);
        const known = need.find((word) => word !== undefined);
        const why = known ? (REMEDIES[known] ?? known) : `${NO_NEED} (${fullName})`;
        return { why, file: relative(root, name) };
      }),
  );
}

function skipLines(skipped: readonly Skipped[], noSkip: boolean): string[] {
  const whys = [...new Set(skipped.map(({ why }) => why))];
  return whys.flatMap((why) => {
    const same = skipped.filter((one) => one.why === why);
    const files = [...new Set(same.map(({ file }) => `  ${file}`))];
    const verb = noSkip ? 'Not run, and no skip is allowed' : 'Skipped';
    return [`${verb}: ${same.length} tests need ${why}`, ...files];
  });
}
