import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../../src/cli/house.js';
import { openLog } from '../../src/log.js';
import { select } from '../../src/qbo/query.js';
import { DEFAULT_WAITS } from '../../src/qbo/waits.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

const HOUSES = 8;
const HOUR_MS = 3_600_000;

// Access tokens die after an hour and whenever Intuit likes. Whoever meets that gets one new set for
// all, and the same request goes out again.
describe('an access token', () => {
  let journey: Journey;
  const stated: Record<string, number> = {};

  beforeAll(async () => {
    journey = await startJourney();
    journey.simulator.control.setBehaviours({ refreshRotation: 'always' });
  });
  afterAll(() => journey?.close());

  const company = async (documents: number): Promise<SalesCompany> => {
    const made = await salesCompany(journey);
    stated[made.id] = documents;
    return made;
  };
  const companyIdOf = async ({ id }: SalesCompany): Promise<string> => {
    const [row] = await journey.house.ledger.sql<{ companyId: string }[]>`
      select company_id from connections where id = ${id}`;
    return row?.companyId ?? '';
  };
  const refreshesOf = (companyId: string) =>
    eventsOf(journey, 'qbo_token_refresh')
      .filter((event) => event['companyId'] === companyId)
      .map(({ result }) => result);
  const allSynced = ({ id }: SalesCompany, numbers: readonly string[]) =>
    Promise.all(numbers.map((number) => waitForStatus(journey, id, 'invoice', number, 'synced')));

  it('that expires under eight calls is refreshed once, and the same requests go out again', async () => {
    const numbers = Array.from({ length: 8 }, (_, index) => `X-${index + 1}`);
    const at = await company(numbers.length + 1);
    await at.invoice('X-WARM');
    await allSynced(at, ['X-WARM']);
    journey.simulator.control.setClock({ advanceMs: HOUR_MS + 1_000 });
    await at.invoicesOf(numbers);

    await allSynced(at, numbers);

    expect(refreshesOf(await companyIdOf(at))).toEqual(['refreshed']);
    expect(at.quickbooks.commits()).toHaveLength(numbers.length + 1);
    const { calls } = journey.simulator.control.log(at.realmId);
    const refused = calls.filter(({ status }) => status === 401).map(({ requestid }) => requestid);
    const taken = calls.filter(({ status }) => status === 200).map(({ requestid }) => requestid);
    expect(refused.length).toBeGreaterThan(0);
    expect(taken).toEqual(expect.arrayContaining(refused));
  });

  it('is refreshed once however many processes need it', async () => {
    const at = await company(0);
    const companyId = await companyIdOf(at);
    const houses = await openHouses();
    for (let round = 1; round <= 3; round += 1) {
      await journey.house.ledger.sql`
        update tokens set access_expires_at = now() where company_id = ${companyId}`;
      const asked = await Promise.all(houses.map((house) => ask(house, companyId)));

      expect(asked).toEqual(houses.map(() => 1));
      expect(refreshesOf(companyId)).toEqual(Array.from({ length: round }, () => 'refreshed'));
    }
    await Promise.all(houses.map((house) => house.close()));
  });

  it('is kept while the token endpoint is in trouble, and the document goes a little later', async () => {
    const at = await company(1);
    const companyId = await companyIdOf(at);
    journey.simulator.control.addFault({
      do: 'status',
      status: 503,
      shape: 'html',
      count: 2,
      match: { operation: 'token' },
    });
    await journey.house.ledger.sql`
      update tokens set access_expires_at = now() where company_id = ${companyId}`;
    await at.invoice('X-LATE');

    await allSynced(at, ['X-LATE']);

    expect(refreshesOf(companyId)).toEqual(['unavailable', 'unavailable', 'refreshed']);
    expect(await journey.client.connection(at.id)).toMatchObject({ status: 'connected' });
  });

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await checkTruth(journey, { stated });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });

  /** The parts of eight processes beside the one that serves; their lines come to its own. */
  function openHouses(): Promise<House[]> {
    const destination = { write: (line: string) => void journey.logLines().push(line) };
    const log = openLog({ level: 'info', service: 'beside', destination });
    const { waits } = journey.config;
    // As in production: a busy machine's refresh takes longer than a twentieth of that.
    const quickbooks = {
      ...waits.quickbooks,
      tokenWaitMs: DEFAULT_WAITS.tokenWaitMs,
      tokenClaimMs: DEFAULT_WAITS.tokenClaimMs,
      tokenSaveMs: DEFAULT_WAITS.tokenSaveMs,
    };
    const config = { ...journey.config, poolSize: 2, waits: { ...waits, quickbooks } };
    return Promise.all(Array.from({ length: HOUSES }, () => openHouse(config, log)));
  }

  async function ask({ quickbooks }: House, companyId: string): Promise<number> {
    const { signal } = new AbortController();
    const rows = await quickbooks.query(companyId, select('CompanyInfo').text(), { signal });
    return rows.length;
  }
});
