import type { ChangeSource, ReadFeature, ReadStage } from '../../contract/reads.js';
import type { Settings } from '../../contract/settings.js';

/** Between two looks for changes where contacts are imported: a new one is there within that. */
const CONTACTS_EVERY_MS = 5 * 60_000;
/** The same where only payments are told. */
const PAYMENTS_EVERY_MS = 15 * 60_000;
/** The same while reads run short. */
const SLOWER_EVERY_MS = 60 * 60_000;
/** Webhooks that left something out are not relied on for so long, and until one comes again. */
const DOUBT_MS = 24 * 3_600_000;

/** How changes of a company come. */
export interface ChangePace {
  source: ChangeSource;
  /** Between two looks, where they are looked for. */
  looks: { everyMs: number; feature: ReadFeature } | null;
}

/** What decides that. */
export interface PaceFacts {
  /** Of the company's connections that may read. */
  settings: readonly Pick<Settings, 'imports' | 'payments' | 'reviewRequest'>[];
  /** Of the apps behind them. */
  stages: readonly ReadStage[];
  /** Business time of the last webhook; null: none ever came. */
  webhookAt: Date | null;
  doubtedAt: Date | null;
}

/**
 * Webhooks where they are known to arrive: they stay so until a look finds something new that none told
 * of, which the nightly one does at the latest. Else looks every few minutes where somebody waits for
 * what they find. Of several apps the one with most left decides.
 */
export function changePaceOf({ settings, stages, ...told }: PaceFacts, now: Date): ChangePace {
  if (stages.length > 0 && stages.every((stage) => stage === 'on_demand')) {
    return { source: 'on_demand', looks: null };
  }
  const short = stages.filter((stage) => stage === 'nightly' || stage === 'on_demand');
  if (stages.length > 0 && short.length === stages.length)
    return { source: 'nightly', looks: null };
  if (areWebhooksProven(told, now)) return { source: 'webhooks', looks: null };
  if (settings.some(({ imports }) => imports.contacts)) {
    return { source: 'polling', looks: { everyMs: CONTACTS_EVERY_MS, feature: 'contacts' } };
  }
  if (settings.some(({ payments, reviewRequest }) => payments || reviewRequest)) {
    const everyMs = stages.includes('full') ? PAYMENTS_EVERY_MS : SLOWER_EVERY_MS;
    return { source: 'polling', looks: { everyMs, feature: 'payments' } };
  }
  return { source: 'nightly', looks: null };
}

function areWebhooksProven(
  { webhookAt, doubtedAt }: Pick<PaceFacts, 'webhookAt' | 'doubtedAt'>,
  now: Date,
): boolean {
  if (webhookAt === null) return false;
  if (doubtedAt === null) return true;
  return webhookAt > doubtedAt && now.getTime() - doubtedAt.getTime() >= DOUBT_MS;
}
