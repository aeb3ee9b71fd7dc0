import type { DocumentQuery } from '../../contract/filter.js';
import type { AnySql } from '../database/open.js';

/** A document may get its number this much later than the time it was stated at, in seconds. */
const OUT_OF_ORDER_S = 3_600;

/**
 * The newest id a document can have that reached its status as long ago as `ages` ask: it was stated
 * before that, and ids grow with the time of stating, so some twenty look-ups find the place.
 * Undefined where nothing asks for old ones.
 */
export async function newestIdOf(
  sql: AnySql,
  ages: DocumentQuery['ages'],
): Promise<number | undefined> {
  const old = (ages ?? []).flatMap(({ is, seconds }) => (is === '>' ? seconds : []));
  if (old.length === 0) return undefined;
  const [row] = await sql<{ id: number }[]>`
    with recursive stretch(low, high) as (
      select 0::bigint, coalesce(max(id), 0) from documents
      union all
      select case when is_old then middle.id else low end,
        case when is_old then high else (low + high + 1) / 2 - 1 end
      from stretch left join lateral (
        select d.id, d.created_at from documents d where d.id >= (low + high + 1) / 2
        order by d.id limit 1) middle on true,
      lateral (select middle.id <= high and middle.created_at
        <= now() + (${OUT_OF_ORDER_S - Math.max(...old)}) * interval '1 second' as is_old) found
      where low < high
    )
    select low as id from stretch order by high - low limit 1`;
  return row?.id ?? 0;
}
