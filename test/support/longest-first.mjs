import { readFileSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LONG_FILES = fileURLToPath(new URL('long-files.json', import.meta.url));

/**
 * The order of test files, as Jest's `testSequencer`: those that take long first, by the seconds in
 * long-files.json, then the others by their size, so that no worker is left with a long one at the
 * end. Jest's own remembers how long each took, which a fresh clone has nothing of.
 */
export default class LongestFirst {
  sort(tests) {
    const seconds = JSON.parse(readFileSync(LONG_FILES, 'utf8'));
    const ranked = [...tests].map((test) => ({
      test,
      seconds: seconds[relative(ROOT, test.path).split(sep).join('/')] ?? 0,
      bytes: statSync(test.path).size,
    }));
    ranked.sort((a, b) => b.seconds - a.seconds || b.bytes - a.bytes);
    return ranked.map(({ test }) => test);
  }

  shard(tests, { shardIndex, shardCount }) {
    return this.sort(tests).filter((_, index) => index % shardCount === shardIndex - 1);
  }

  /** What failed before is not remembered. */
  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}
