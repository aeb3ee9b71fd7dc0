import type { Journey } from './journey.js';
import { waitFor } from './wait-for.js';

/** A setup that asks for the lists is looked at again after the run that brought them, not in it. */
export async function setupKnowsLists(
  { client }: Pick<Journey, 'client'>,
  connection: string,
): Promise<void> {
  const asksForLists = async () =>
    (await client.connection(connection)).setupMissing.includes('lists');
  await waitFor(async () => !(await asksForLists()), { what: 'the setup to know the lists' });
}
