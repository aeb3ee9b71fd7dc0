import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { goOnTo, type Journey, startJourney } from '../support/journey.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';
import { tenant } from './builder.js';
import { type Account, account } from './profile.js';

const MINUTE_MS = 60_000;

// What comes by itself as time goes by, where Intuit tells nothing: a builder's master data, and a CRM's
// new contacts.
describe('what comes by itself', () => {
  let journey: Journey;
  let builder: Account;
  let crm: Account;

  beforeAll(async () => {
    journey = await startJourney({ now: '2026-11-21T12:00:00Z', schedules: true });
    builder = await tenant(journey);
    crm = await account(journey, { profile: 'crm' });
  });
  afterAll(() => journey?.close());

  const goOn = (byMs: number) =>
    goOnTo(journey, new Date(journey.house.ledger.clock().getTime() + byMs).toISOString());

  it('C22 a new contact is there within five minutes, though no webhook tells of it', async () => {
    const events = told(journey, crm.id);
    await events();
    const id = crm.quickbooks.add('Customer', {
      DisplayName: 'Nils Berg',
      PrimaryEmailAddr: { Address: 'nils@example.com' },
    });
    await goOn(5 * MINUTE_MS);
    const seen: string[] = [];
    await waitFor(
      async () => {
        seen.push(...(await events()));
        return seen.includes(`contact.imported customer ${id}`);
      },
      { what: 'the new contact' },
    );
    await goOn(5 * MINUTE_MS);
    await waitFor(
      async () => {
        const { runs } = await journey.client.runs(crm.id);
        return runs.filter((run) => run.trigger === 'schedule' && run.endedAt !== null).length > 1;
      },
      { what: 'the next look' },
    );
    seen.push(...(await events()));
    expect(seen.filter((event) => event.endsWith(` ${id}`))).toHaveLength(1);
  });

  it('T16 master data is synced every night', async () => {
    for (const name of ['Plasterboard', 'Guttering']) {
      builder.quickbooks.add('Account', { Name: name, AccountType: 'Expense' });
      const night = await waitFor(
        async () => (await journey.client.connection(builder.id)).reads?.nextNight ?? undefined,
        { what: 'a night' },
      );
      // Between two and three in the morning, where the company is.
      expect(night.at.slice(0, 13)).toBe(`${night.date}T02`);
      await goOnTo(journey, night.at);
      await waitFor(
        async () => {
          const { records } = await journey.client.records(builder.id, 'account', { q: name });
          const [run] = (await journey.client.runs(builder.id)).runs.filter(
            ({ job }) => job === 'refresh_master_data',
          );
          return records.length === 1 && run?.trigger === 'schedule' && run.status === 'succeeded';
        },
        { what: `the account ${name} to be known` },
      );
    }
  });
});
