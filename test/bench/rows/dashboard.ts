import { openDashboardPlace } from '../dashboard-place.js';
import { QUESTIONS, type Question } from '../dashboard-questions.js';
import { at, type Figure, type Row, say, setting, sorted } from '../figures.js';

const DOCUMENTS = setting('BENCH_DOCUMENTS', 2_000_000);
const ROUNDS = setting('BENCH_ROUNDS', 100);
/** Rounds before the measured ones: plans, caches and the compiler settle. */
const WARM_UP_ROUNDS = 10;
const FAST_MS_MAX = 300;

/**
 * How long pages wait for their answers. `BENCH_LEDGER` names a database that is filled once and kept
 * for the next time; `BENCH_QUESTIONS` are words of the questions to be asked.
 */
export const DASHBOARD: Row = {
  name: 'dashboard',
  how: `${DOCUMENTS} documents of 1,000 connections, a quarter failed, asked over HTTP one after the other.`,
  // The rounds are many enough to tell a median.
  runsMax: 1,
  async measure() {
    const filling = {
      documents: DOCUMENTS,
      connections: 1_000,
      causes: 2_000,
      runs: 100_000,
      audited: 1_000_000,
      records: 100_000,
    };
    const place = await openDashboardPlace(filling, process.env['BENCH_LEDGER']);
    const only = process.env['BENCH_QUESTIONS']?.split(',');
    const asked = QUESTIONS.filter(({ name }) => only?.some((word) => name.includes(word)) ?? true);
    const figures: Figure[] = [];
    try {
      for (const question of asked) figures.push(await measure(question, place.ask));
    } finally {
      await place.close();
    }
    return figures;

    async function measure(question: Question, ask: typeof place.ask): Promise<Figure> {
      const tookMs: number[] = [];
      const warmUp = Math.min(WARM_UP_ROUNDS, ROUNDS);
      for (let round = -warmUp; round < ROUNDS; round += 1) {
        const answer = await ask(question.ask(place, round + warmUp));
        if (round >= 0) tookMs.push(answer.tookMs);
      }
      const times = sorted(tookMs);
      const p99 = at(times, 0.99);
      say(`  ${question.name}: p50, p99 ${at(times, 0.5).toFixed(1)}, ${p99.toFixed(1)} ms`);
      return {
        what: `${question.name}, p99`,
        value: p99,
        unit: 'ms',
        goal: { atMost: FAST_MS_MAX },
      };
    }
  },
};
