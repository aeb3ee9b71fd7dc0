import { beforeAll, it } from '@jest/globals';

/** A case by its name, as the sentence of its test. */
export type Case = readonly [name: string, play: () => Promise<void>];

/**
 * One test per case, all of them played at the same time: most of each is waiting. Register it
 * behind the `beforeAll` that makes what they need; each case keeps to a company of its own.
 *
 * @returns waits until all have ended, well or not.
 */
export function playAtOnce(cases: readonly Case[]): () => Promise<unknown> {
  const played = new Map<string, Promise<void>>();
  beforeAll(() => {
    for (const [name, play] of cases) {
      const done = play();
      // Its own test awaits it; until then a failure is nobody's.
      done.catch(() => undefined);
      played.set(name, done);
    }
  });
  const names = cases.map(([name]) => [name]);
  it.each(names)('%s', async (name) => void (await played.get(name)));
  return () => Promise.allSettled(played.values());
}
