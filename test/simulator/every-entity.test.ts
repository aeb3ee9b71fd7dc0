import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { XMLValidator } from 'fast-xml-parser';
import { DEFINITIONS } from '../../src/simulator/entities/index.js';
import { codes, list, startCompany, type TestCompany } from './support/company.js';
import { getXml, postXml } from './support/wire.js';

let company: TestCompany;

beforeAll(async () => {
  company = await startCompany({ seed: 'sample', plan: 'advanced' });
});

afterAll(() => company.close());

describe.each([...DEFINITIONS.values()].map(({ name, path }) => ({ name, path })))(
  '$name',
  ({ name, path }) => {
    it('is queried and counted', async () => {
      const rows = list(await company.query(`select * from ${name} maxresults 1000`), name);
      const count = await company.query(`select count(*) from ${name}`);
      expect(count).toEqual({ totalCount: rows.length });
    });

    it('is told in XML, which says the same when it is sent back', async () => {
      const page = `query?query=${encodeURIComponent(`select * from ${name} maxresults 1`)}`;
      const { text } = await getXml(company, page);
      expect(XMLValidator.validate(text)).toBe(true);
      const object = new RegExp(`<${name} [\\s\\S]*</${name}>`).exec(text)?.[0];
      const writable = DEFINITIONS.get(name)?.operations.includes('update') === true;
      if (object === undefined || !writable) return;
      const again = await postXml(company, path, object);
      const token = (xml: string) => /<SyncToken>(\d+)</.exec(xml)?.[1];
      expect({ status: again.status, token: token(again.text) }).toEqual({
        status: 200,
        token: token(text),
      });
    });
  },
);

describe('an unknown entity', () => {
  it('is fault 4001', async () => {
    const query = encodeURIComponent('select * from Poem');
    expect(codes(await company.get(`query?query=${query}`))).toEqual(['4001']);
  });
});
