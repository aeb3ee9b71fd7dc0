import type { Settings } from './settings.js';

const shared = {
  provenanceMark: true,
  unknownOutcome: { first: 'replay', requestidTrustMs: 300_000, unnumbered: 'person' },
  accounts: {},
  unitWord: 'item',
} as const;

/**
 * Named default settings. A profile is nothing else: no code asks which profile a connection has,
 * only what its settings say.
 */
export const PROFILES = {
  'export-on-click': {
    ...shared,
    start: 'click',
    sendWhen: ['released'],
    onceOnly: true,
    customer: { match: ['name'], missing: 'create', update: false },
    item: { mode: 'by_name', missing: 'create' },
    documentWord: 'order',
    refreshLabel: 'Sync my QuickBooks Online',
  },
  'auto-invoices': {
    ...shared,
    start: 'automatic',
    sendWhen: ['draft', 'released', 'sent', 'approved', 'paid'],
    onceOnly: false,
    customer: { match: ['name'], missing: 'fail', update: false },
    item: { mode: 'by_name', missing: 'fail' },
    documentWord: 'invoice',
    refreshLabel: 'Force Sync from QB',
  },
} as const satisfies Record<string, Settings | ReadonlySettings>;

type ReadonlySettings = { readonly [Key in keyof Settings]: DeepReadonly<Settings[Key]> };
type DeepReadonly<T> = T extends readonly (infer Element)[]
  ? readonly DeepReadonly<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = Object.keys(PROFILES) as [ProfileName, ...ProfileName[]];

/** A fresh copy of a profile's defaults. */
export function defaultSettings(profile: ProfileName): Settings {
  return structuredClone(PROFILES[profile]) as unknown as Settings;
}
