import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answered, codes } from '../support/company.js';
import { type Bench, smallest, startBench } from './forms.js';

let bench: Bench;

afterEach(() => bench.company.close());

describe('custom fields', () => {
  const setting = (Name: string, value: boolean | string) => ({
    Name: `SalesFormsPrefs.${Name}`,
    ...(typeof value === 'boolean'
      ? { Type: 'BooleanType', BooleanValue: value }
      : { Type: 'StringType', StringValue: value }),
  });
  const CustomField = [
    {
      CustomField: [
        setting('UseSalesCustom1', true),
        setting('UseSalesCustom2', false),
        setting('UseSalesCustom3', true),
      ],
    },
    { CustomField: [setting('SalesCustomName1', 'Crew'), setting('SalesCustomName3', 'Site')] },
  ];
  const crew = (StringValue?: string) => ({
    DefinitionId: '1',
    Name: 'Crew',
    Type: 'StringType',
    ...(StringValue === undefined ? {} : { StringValue }),
  });
  const site = { DefinitionId: '3', Name: 'Site', Type: 'StringType' };

  beforeEach(async () => {
    bench = await startBench({ preferences: { SalesFormsPrefs: { CustomField } } });
  });

  it('are answered when switched on, with their names, with or without a value', async () => {
    expect((await bench.make('Estimate'))['CustomField']).toEqual([crew(), site]);
    const filled = await bench.make('Invoice', {
      CustomField: [
        { DefinitionId: '1', StringValue: '102' },
        { DefinitionId: '2', StringValue: 'switched off' },
      ],
    });
    expect(filled['CustomField']).toEqual([crew('102'), site]);
  });

  it('keep their values in a sparse update and lose them in a full one', async () => {
    const CustomField = [{ DefinitionId: '1', StringValue: '102' }];
    const created = await bench.make('Invoice', { CustomField });
    const sparse = answered(
      await bench.change('Invoice', created, { PrivateNote: 'x' }),
      'Invoice',
    );
    expect(sparse['CustomField']).toEqual([crew('102'), site]);
    const { Id, SyncToken } = sparse;
    expect((await bench.make('Invoice', { Id, SyncToken }))['CustomField']).toEqual([crew(), site]);
  });

  it('hold at most 31 characters', async () => {
    const CustomField = [{ DefinitionId: '1', StringValue: 'x'.repeat(32) }];
    const body = { ...smallest('Invoice'), CustomField };
    expect(codes(await bench.post('Invoice', body))).toEqual(['2050']);
  });
});
