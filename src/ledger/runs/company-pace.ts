import type { ProfileName } from '../../contract/profiles.js';
import type { ReadStage } from '../../contract/reads.js';
import { settingsInForce } from '../connections/connections.js';
import type { AnySql, Ledger } from '../database/open.js';
import { type ChangePace, changePaceOf } from './change-pace.js';

interface Reader {
  profile: ProfileName;
  settings: unknown;
  stage: ReadStage | null;
}

/** How changes of each of these companies come; without those nobody may read for. */
export async function companyPaces(
  { clock }: Pick<Ledger, 'clock'>,
  sql: AnySql,
  companyIds: readonly string[],
): Promise<Map<string, ChangePace>> {
  const rows = await sql<
    { id: string; webhookAt: Date | null; webhooksDoubtedAt: Date | null; readers: Reader[] }[]
  >`
    select m.id, m.webhook_at, m.webhooks_doubted_at,
      jsonb_agg(jsonb_build_object('profile', c.profile, 'settings', c.settings, 'stage', b.stage))
        as readers
    from companies m join connections c on c.company_id = m.id and c.status <> 'locked'
      left join read_budgets b on b.app_id = c.app_id
    where m.id = any(${[...companyIds]}::uuid[]) group by m.id`;
  return new Map(
    rows.map(({ id, webhookAt, webhooksDoubtedAt: doubtedAt, readers }) => [
      id,
      changePaceOf(
        {
          settings: readers.map(({ profile, settings }) => settingsInForce(profile, settings)),
          stages: readers.map(({ stage }) => stage ?? 'full'),
          webhookAt,
          doubtedAt,
        },
        clock(),
      ),
    ]),
  );
}
