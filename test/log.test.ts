import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LOG_LEVELS, type Log, openLog } from '../src/log.js';
import { filesBelow, ROOT } from './support/sources.js';
import { waitFor } from './support/wait-for.js';

function opened(
  level = 'debug',
  summaryMs?: number,
): { log: Log; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  const log = openLog({ level, service: 'worker', destination, summaryMs });
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the log', () => {
  it('writes one line of JSON per event, with its level, service and time', () => {
    const { log, lines } = opened();
    log.write('push_ended', { pushId: 7, companyId: 'c1', durationMs: 12 });
    expect(lines()).toEqual([
      {
        level: 'info',
        ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        service: 'worker',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        pid: process.pid,
        pushId: 7,
        companyId: 'c1',
        durationMs: 12,
        event: 'push_ended',
      },
    ]);
  });

  it('has a level for every event there is, and leaves out what is below its own', () => {
    for (const [name, level] of Object.entries(LOG_LEVELS)) {
      const { log, lines } = opened();
      log.write(name as keyof typeof LOG_LEVELS);
      expect(lines()).toMatchObject([{ event: name, level }]);
    }
    const { log, lines } = opened('warn');
    log.write('push_ended');
    log.write('sweep_failed');
    log.store.info('queue.up', {});
    log.store.error('queue.store_error', { name: 'Error' });
    expect(lines().map(({ event }) => event)).toEqual(['sweep_failed', 'queue.store_error']);
  });

  it('writes nothing an event’s fields could rename', () => {
    const { log, lines } = opened();
    log.write('sweep', { event: 'process_failed', pushes: 1 });
    expect(lines()).toMatchObject([{ event: 'sweep', pushes: 1 }]);
  });

  it('sums up an event that every request may raise: the first at once, then how many', async () => {
    const { log, lines } = opened('debug', 50);
    for (let index = 0; index < 1_000; index += 1) {
      log.write('dispatch_put_off', { companyId: `c${index}`, error: 'QueueUnavailable' });
    }
    expect(lines()).toMatchObject([{ event: 'dispatch_put_off', companyId: 'c0' }]);
    await waitFor(() => lines().length > 1, { what: 'the summary' });
    expect(lines()).toMatchObject([{ companyId: 'c0' }, { companyId: 'c999', count: 999 }]);
  });

  it('drops secrets and contents whoever passes them, one level down as well', () => {
    const { log, lines } = opened();
    const secrets = {
      accessToken: 'canary',
      refreshToken: 'canary',
      token: 'canary',
      authorization: 'canary',
      password: 'canary',
      secret: 'canary',
      clientSecret: 'canary',
      realmId: 'canary',
      body: 'canary',
      wanted: 'canary',
      cookie: 'canary',
    };
    log.write('http_request', { ...secrets, headers: secrets, requestId: 'r1' });
    log.store.warn('queue.store_error', { ...secrets, inner: secrets });
    expect(JSON.stringify(lines())).not.toContain('canary');
    expect(lines()[0]).toMatchObject({ requestId: 'r1' });
  });

  it('is the only place that writes to stdout of a running process', () => {
    // What a command prints for people or scripts is written by src/cli alone.
    const writers = filesBelow('src', /\.ts$/)
      .filter((path) => !/^src\/(cli|dashboard|simulator)/.test(path))
      .filter((path) => /\bconsole\.|process\.stdout/.test(readFileSync(join(ROOT, path), 'utf8')));
    expect(writers).toEqual([]);
  });
});
