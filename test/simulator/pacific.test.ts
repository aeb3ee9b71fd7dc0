import { describe, expect, it } from '@jest/globals';
import {
  addDays,
  pacificDate,
  pacificMillis,
  pacificSeconds,
  parsePacific,
} from '../../src/simulator/pacific.js';

describe('times as QuickBooks writes them', () => {
  it.each([
    ['2026-07-01T12:00:00.007Z', '2026-07-01T05:00:00-07:00', '2026-07-01T05:00:00.007-07:00'],
    ['2026-12-01T12:00:00.999Z', '2026-12-01T04:00:00-08:00', '2026-12-01T04:00:00.999-08:00'],
    ['2026-03-08T09:59:59.000Z', '2026-03-08T01:59:59-08:00', '2026-03-08T01:59:59.000-08:00'],
    ['2026-03-08T10:00:00.000Z', '2026-03-08T03:00:00-07:00', '2026-03-08T03:00:00.000-07:00'],
    ['2026-11-01T08:59:59.000Z', '2026-11-01T01:59:59-07:00', '2026-11-01T01:59:59.000-07:00'],
    ['2026-11-01T09:00:00.000Z', '2026-11-01T01:00:00-08:00', '2026-11-01T01:00:00.000-08:00'],
  ])('%s', (utc, seconds, millis) => {
    const ms = Date.parse(utc);
    expect(pacificSeconds(ms)).toBe(seconds);
    expect(pacificMillis(ms)).toBe(millis);
    expect(Date.parse(pacificMillis(ms))).toBe(ms);
  });

  it('the day changes at midnight Pacific', () => {
    expect(pacificDate(Date.parse('2026-11-22T07:59:59Z'))).toBe('2026-11-21');
    expect(pacificDate(Date.parse('2026-11-22T08:00:00Z'))).toBe('2026-11-22');
  });

  it.each([
    ['2026-11-22', '2026-11-22T08:00:00.000Z'],
    ['2026-07-01T10:20:30', '2026-07-01T17:20:30.000Z'],
    ['2026-07-01T10:20:30-07:00', '2026-07-01T17:20:30.000Z'],
    ['2026-07-01T10:20:30Z', '2026-07-01T10:20:30.000Z'],
  ])('a query that says %s means %s', (text, utc) => {
    expect(parsePacific(text)).toBe(Date.parse(utc));
  });

  it('nonsense is no time', () => {
    expect(parsePacific('soon')).toBeUndefined();
  });

  it('days are added across months and years', () => {
    expect(addDays('2026-01-31', 30)).toBe('2026-03-02');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  });
});
