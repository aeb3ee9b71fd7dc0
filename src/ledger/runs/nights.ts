import { createHash } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';

/** When a nightly job falls due: each local date once, whatever the clocks of its zone do. */
export interface NightlyTime {
  /** Time of day, `HH:MM`, on the zone's clocks. */
  at: string;
  /** IANA name; one that is not known counts as UTC. */
  timeZone: string;
  /** So long after that, in milliseconds: not everybody's night begins at once. */
  delayMs: number;
}

/** One night: the local date it is for, and the moment it begins. */
export interface Night {
  /** `YYYY-MM-DD` in the zone. */
  date: string;
  dueAt: Date;
}

/** Nights are spread over so long. */
export const SPREAD_MS = 3_600_000;
/** No two nights are further apart: a zone may leave out a whole date. */
export const NIGHTS_APART_MAX_MS = 50 * 3_600_000;

/** Further from a moment than any night that could be the next one to it. */
const DATES_AROUND = 3;

/** The first night that begins after a moment. */
export function nextNight(after: Date, time: NightlyTime): Night {
  const night = nightsAround(after, time).find(({ dueAt }) => dueAt > after);
  if (night === undefined) throw new RangeError(`No night follows ${after.toISOString()}`);
  return night;
}

/** The latest night that has begun by a moment: of several that were missed, the one to make up for. */
export function lastNight(by: Date, time: NightlyTime): Night {
  const night = nightsAround(by, time).findLast(({ dueAt }) => dueAt <= by);
  if (night === undefined) throw new RangeError(`No night is before ${by.toISOString()}`);
  return night;
}

/** How long after the set time a night begins; the same for one name always, even over many. */
export function spreadOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0) % SPREAD_MS;
}

/**
 * A time that the clocks skip comes as much later as they skip; one that they show twice counts the
 * first time. A date the zone leaves out has no night.
 */
function nightsAround(moment: Date, { at, timeZone: named, delayMs }: NightlyTime): Night[] {
  const timeZone = zoneOf(named);
  const plainTime = Temporal.PlainTime.from(at);
  const today = Temporal.Instant.fromEpochMilliseconds(moment.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  const nights: Night[] = [];
  for (let days = -DATES_AROUND; days <= DATES_AROUND; days += 1) {
    const date = today.add({ days });
    if (!date.toZonedDateTime(timeZone).toPlainDate().equals(date)) continue;
    const { epochMilliseconds } = date.toZonedDateTime({ timeZone, plainTime });
    nights.push({ date: date.toString(), dueAt: new Date(epochMilliseconds + delayMs) });
  }
  return nights;
}

function zoneOf(named: string): string {
  try {
    return Temporal.Now.zonedDateTimeISO(named).timeZoneId;
  } catch {
    return 'UTC';
  }
}
