import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReadStage } from '../../../src/contract/reads.js';
import { setReadBudget } from '../../../src/ledger/apps/apps.js';
import {
  type BudgetFigures,
  readStageOf,
  reckonBudgets,
} from '../../../src/ledger/companies/read-budgets.js';
import {
  allReads,
  companyReads,
  forecastOf,
  readMeter,
} from '../../../src/ledger/companies/read-meter.js';
import { changePaceOf, type PaceFacts } from '../../../src/ledger/runs/change-pace.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

const DAY_MS = 24 * 3_600_000;
const NOW = new Date('2026-11-16T00:00:00Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

describe('the forecast of a month', () => {
  it.each([
    ['an even pace', { used: 150, lately: 60, since: daysAgo(15) }, 300],
    ['nothing lately', { used: 150, lately: 0, since: daysAgo(15) }, 150],
    ['one day alone', { used: 10, lately: 10, since: daysAgo(1) }, 160],
    ['less than a day', { used: 10, lately: 10, since: NOW }, 160],
  ])('goes on with %s', (_what, counted, forecast) => {
    expect(forecastOf(counted, NOW)).toBe(forecast);
  });

  it('is never less than what is used, and that at the end of the month', () => {
    const moments = fc.date({
      min: NOW,
      max: new Date('2030-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    const counts = fc.record({ used: fc.nat(1e9), lately: fc.nat(1e9) });
    fc.assert(
      fc.property(moments, counts, fc.nat(40), (now, counted, days) => {
        const since = new Date(now.getTime() - days * DAY_MS);
        expect(forecastOf({ ...counted, since }, now)).toBeGreaterThanOrEqual(counted.used);
        const end = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - 1);
        const atEnd = forecastOf({ used: counted.used, lately: 86_400, since }, end);
        expect(atEnd - counted.used).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('how much is read by the clock', () => {
  const figures = (forecast: number, used = 0): BudgetFigures => ({
    budget: 1_000,
    used,
    forecast,
  });

  it.each<[string, BudgetFigures, ReadStage, ReadStage]>([
    ['within the budget', figures(1_000), 'full', 'full'],
    ['above it', figures(1_001), 'full', 'slower'],
    ['above it by more than a quarter', figures(1_251), 'full', 'nightly'],
    ['used up but for a rest', figures(960, 950), 'full', 'on_demand'],
    ['hardly within it again', figures(950), 'slower', 'slower'],
    ['well within it again', figures(900), 'slower', 'full'],
    ['hardly within a quarter again', figures(1_200), 'nightly', 'nightly'],
    ['well within a quarter again', figures(1_100), 'nightly', 'slower'],
    ['well within it after a new month', figures(900), 'on_demand', 'full'],
  ])('is right with a forecast %s', (_what, reckoned, before, stage) => {
    expect(readStageOf(reckoned, before)).toBe(stage);
  });

  it('does not change back and forth while the forecast stays', () => {
    const stages = fc.constantFrom<ReadStage>('full', 'slower', 'nightly', 'on_demand');
    fc.assert(
      fc.property(fc.nat(3_000), fc.nat(1_200), stages, (forecast, used, before) => {
        const stage = readStageOf(figures(forecast, used), before);
        expect(readStageOf(figures(forecast, used), stage)).toBe(stage);
      }),
    );
  });

  const wants = (contacts: boolean, payments: boolean) => ({
    imports: { contacts, invoices: false },
    payments,
    reviewRequest: false,
  });
  const pace = (over: Partial<PaceFacts>) => {
    const facts = { settings: [wants(true, true)], stages: ['full' as const], webhookAt: null };
    const { source, looks } = changePaceOf({ ...facts, doubtedAt: null, ...over }, NOW);
    return looks === null ? source : `${source} ${looks.everyMs / 60_000} ${looks.feature}`;
  };

  it.each<[string, Partial<PaceFacts>, string]>([
    ['contacts', {}, 'polling 5 contacts'],
    ['payments', { settings: [wants(false, true)] }, 'polling 15 payments'],
    ['neither', { settings: [wants(false, false)] }, 'nightly'],
    [
      'both, of two connections',
      { settings: [wants(false, true), wants(true, false)] },
      'polling 5 contacts',
    ],
    ['webhooks', { webhookAt: daysAgo(20) }, 'webhooks'],
    [
      'webhooks that left something out',
      { webhookAt: daysAgo(2), doubtedAt: daysAgo(1.5) },
      'polling 5 contacts',
    ],
    [
      'webhooks that came again since, hours ago',
      { webhookAt: daysAgo(0.1), doubtedAt: daysAgo(0.5) },
      'polling 5 contacts',
    ],
    [
      'webhooks that came again since, a day ago',
      { webhookAt: daysAgo(0.5), doubtedAt: daysAgo(1) },
      'webhooks',
    ],
    [
      'few reads left, and payments',
      { stages: ['slower'], settings: [wants(false, true)] },
      'polling 60 payments',
    ],
    ['few reads left, and contacts', { stages: ['slower'] }, 'polling 5 contacts'],
    ['fewer reads left', { stages: ['nightly'] }, 'nightly'],
    ['fewer reads left, and webhooks', { stages: ['nightly'], webhookAt: NOW }, 'nightly'],
    ['no reads left', { stages: ['on_demand'], webhookAt: NOW }, 'on_demand'],
    [
      'an app with reads left beside one without',
      { stages: ['on_demand', 'full'] },
      'polling 5 contacts',
    ],
  ])('is right for %s', (_what, facts, expected) => {
    expect(pace(facts)).toBe(expected);
  });
});

describe('the meter', () => {
  let fresh: FreshLedger;
  let now = NOW;
  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => now });
  });
  afterAll(() => fresh?.close());

  it('counts by company, day and what for, and tells an app each change of its stage once', async () => {
    const { ledger } = fresh;
    const { app } = await anApp(ledger);
    const { app: other } = await anApp(ledger);
    const { connection, companyId } = await aConnected(ledger, app.id, '4620816365000000011');
    const second = await aConnected(ledger, app.id, '4620816365000000012');
    const elsewhere = await aConnected(ledger, other.id, '4620816365000000013');
    const meter = readMeter(ledger);
    now = daysAgo(1);
    await meter.count(companyId, 'refresh', 12);
    await meter.count(second.companyId, 'look_ups', 8);
    await meter.count(elsewhere.companyId, 'refresh', 500);
    now = NOW;
    await meter.count(companyId, 'contacts', 3);
    await meter.count(companyId, 'contacts', 5);

    expect(await companyReads(ledger, ledger.sql, [companyId])).toEqual([
      { companyId, month: 20, byFeature: { refresh: 12, contacts: 8 }, forecast: 320 },
    ]);
    expect(await allReads(ledger)).toEqual({ month: 528, forecast: 528 * 16 });

    const stage = async () => {
      const [row] = await ledger.sql<{ stage: string; used: number; forecast: number }[]>`
        select stage, used, forecast from read_budgets where app_id = ${app.id}`;
      return row;
    };
    const told = () => ledger.sql<{ connectionId: string; status: string }[]>`
      select connection_id, status from events where type = 'reads.stage_changed'
      order by connection_id = ${connection.id} desc, number`;
    await reckonBudgets(ledger, null);
    expect(await stage()).toBeUndefined();

    await setReadBudget(ledger, app.id, 400, 'test');
    await Promise.all([reckonBudgets(ledger, null), reckonBudgets(ledger, null)]);
    expect(await stage()).toEqual({ stage: 'slower', used: 28, forecast: 448 });
    const slower = { status: 'slower' };
    expect(await told()).toEqual([
      { connectionId: connection.id, ...slower },
      { connectionId: second.connection.id, ...slower },
    ]);
    await setReadBudget(ledger, app.id, 29, 'test');
    await reckonBudgets(ledger, null);
    expect(await stage()).toMatchObject({ stage: 'slower' });
    now = new Date(NOW.getTime() + 6 * 60_000);
    await reckonBudgets(ledger, null);
    expect(await stage()).toMatchObject({ stage: 'on_demand' });

    await setReadBudget(ledger, app.id, null, 'test');
    await reckonBudgets(ledger, null);
    expect(await stage()).toBeUndefined();
    const statuses = (await told()).filter((row) => row.connectionId === connection.id);
    expect(statuses.map(({ status }) => status)).toEqual(['slower', 'on_demand', 'full']);
  });
});
