import { describe, expect, it } from '@jest/globals';
import { CUSTOMER_PAGES } from '../../src/contract/customer-page.js';
import { defaultSettings, PROFILE_NAMES } from '../../src/contract/profiles.js';
import { mergeSettings, settings } from '../../src/contract/settings.js';

const base = defaultSettings('auto-invoices');

describe('profiles', () => {
  it.each(PROFILE_NAMES)('%s has a valid value for every setting', (name) => {
    const defaults = defaultSettings(name);
    expect(settings.parse(defaults)).toEqual(defaults);
  });

  // Sentences tell people which button to press: a connected one shows no button to connect by.
  it.each(PROFILE_NAMES)('%s reads lists by another button than it connects by', (name) => {
    expect(defaultSettings(name).refreshLabel).not.toBe(CUSTOMER_PAGES[name].connectLabel);
  });

  it('are copies: changing one changes no other', () => {
    defaultSettings('auto-invoices').sendWhen.push('void');
    expect(defaultSettings('auto-invoices').sendWhen).toEqual(base.sendWhen);
  });
});

describe('a change of settings', () => {
  it('changes what it names and nothing else', () => {
    const change = { customer: { missing: 'create' }, documentWord: 'bill' };
    expect(settings.parse(mergeSettings(base, change))).toEqual({
      ...base,
      documentWord: 'bill',
      customer: { ...base.customer, missing: 'create' },
    });
  });

  it('replaces lists and references whole', () => {
    const first = mergeSettings(base, {
      sendWhen: ['sent'],
      accounts: { income: { recordId: '79' } },
    });
    const known = settings.parse(first);
    expect(known.sendWhen).toEqual(['sent']);
    const second = settings.parse(
      mergeSettings(known, { accounts: { income: { name: 'Sales' } } }),
    );
    expect(second.accounts).toEqual({ income: { name: 'Sales' } });
  });

  it.each([
    ['an unknown setting', { colour: 'red' }],
    ['an unknown part of a group', { customer: { missed: 'create' } }],
    ['a value outside the list', { start: 'monthly' }],
    ['a group that is no group', { customer: 'create' }],
    ['an empty list of statuses', { sendWhen: [] }],
    ['an account that names nothing', { accounts: { income: {} } }],
  ])('is refused with %s', (_what, change) => {
    expect(settings.safeParse(mergeSettings(base, change)).success).toBe(false);
  });

  it.each(['{"__proto__":{"start":"click"}}', '{"customer":{"__proto__":{"missing":"create"}}}'])(
    'with %s reaches no prototype and is refused',
    (json) => {
      const merged = mergeSettings(base, JSON.parse(json));
      expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
      expect(Object.hasOwn(Object.prototype, 'start')).toBe(false);
      expect(settings.safeParse(merged).success).toBe(false);
      expect(base).toEqual(defaultSettings('auto-invoices'));
    },
  );
});
