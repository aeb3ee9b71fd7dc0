import { describe, expect, it } from '@jest/globals';
import { defaultSettings } from '../../src/contract/profiles.js';
import { settingsInForce } from '../../src/ledger/connections/connections.js';

// What a newer version saved is read by the processes of the older one that still work.
describe('settings as they are stored', () => {
  const defaults = defaultSettings('supplier-invoices');

  it('are read without the keys that only a later version knows', () => {
    const stored = {
      ...defaults,
      documentWord: 'paper',
      later: { any: 'thing' },
      vendor: { ...defaults.vendor, later: true },
    };
    expect(settingsInForce('supplier-invoices', stored)).toEqual({
      ...defaults,
      documentWord: 'paper',
    });
  });

  it('are refused where a key that is known holds what is not', () => {
    expect(() => settingsInForce('supplier-invoices', { later: 1, start: 'later' })).toThrow();
  });
});
