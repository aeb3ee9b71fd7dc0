import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aLogin, aWeb, type WebUnderTest } from '../support/web.js';

describe('headers and files', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let local: WebUnderTest;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qbo-sync-dashboard-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><div id="root"></div>');
    writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'export {};');
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger, { dashboardFolder: folder });
    local = await aWeb(fresh.ledger, { publicUrl: 'http://127.0.0.1:3000' });
  });
  afterAll(async () => {
    await running.close();
    await local.close();
    await fresh.close();
    rmSync(folder, { recursive: true });
  });

  it.each(['/livez', '/v1/profiles', '/connect/error', '/dashboard/', '/docs/', '/nowhere'])(
    'keeps browsers careful on %s',
    async (url) => {
      const { headers } = await running.web.inject({ url });
      const policy = String(headers['content-security-policy']);
      expect(policy).toMatch(/^default-src 'self';/);
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(policy).not.toMatch(/script-src/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'strict-transport-security': 'max-age=31536000',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
      });
      expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
    },
  );

  it('lets only the readable docs write styles and pictures into their page', async () => {
    const policyOf = async (url: string) =>
      String((await running.web.inject({ url })).headers['content-security-policy']);
    const strict =
      "default-src 'self';object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'";
    for (const url of ['/dashboard/', '/v1/profiles', '/connect/error', '/nowhere']) {
      expect(await policyOf(url)).toBe(strict);
    }
    expect(await policyOf('/docs/')).toBe(
      `${strict};style-src 'self' 'unsafe-inline';img-src 'self' data:`,
    );
  });

  it.each(['/livez', '/v1/profiles', '/connect/error', '/dashboard/', '/nowhere'])(
    'lets nothing of %s be stored',
    async (url) => {
      expect((await running.web.inject({ url })).headers['cache-control']).toBe('no-store');
    },
  );

  it('asks for TLS only where there is TLS', async () => {
    const { headers } = await local.web.inject({ url: '/livez' });
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  it('gives a session cookie that only our own pages send', async () => {
    const cookieOf = async ({ web }: WebUnderTest) => {
      const { createUser } = await import('../../src/ledger/people/users.js');
      const email = `${Math.random()}@example.com`;
      const { password } = await createUser(fresh.ledger, { email, role: 'viewer' }, 'test');
      const payload = { email, password };
      const answer = await web.inject({ method: 'POST', url: '/ops/login', payload });
      return String(answer.headers['set-cookie']).replace(/=[\w-]{43};/, '=…;');
    };
    expect(await cookieOf(running)).toBe(
      '__Host-qbo_sync_session=…; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
    // Browsers refuse Secure and __Host- without TLS.
    expect(await cookieOf(local)).toBe('qbo_sync_session=…; Path=/; HttpOnly; SameSite=Lax');
  });

  it('serves the dashboard’s files, and its page for addresses within it', async () => {
    const get = (url: string) => running.web.inject({ url });
    const home = await get('/');
    expect([home.statusCode, home.headers.location]).toEqual([302, '/dashboard/']);
    for (const url of ['/dashboard/', '/dashboard/documents/12', '/dashboard/documents?status=x']) {
      const page = await get(url);
      expect([page.statusCode, page.body]).toEqual([200, expect.stringContaining('root')]);
    }
    const asset = await get('/dashboard/assets/index-abc123.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    for (const url of ['/dashboard/assets/none.js', '/dashboard/%2e%2e/package.json']) {
      expect((await get(url)).statusCode).toBe(404);
    }
    expect((await local.web.inject({ url: '/dashboard/' })).statusCode).toBe(404);
  });

  it('shows readable docs without inline scripts', async () => {
    const page = await running.web.inject({ url: '/docs/' });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('swagger-ui');
    expect(page.body).not.toMatch(/<script(?![^>]*src=)/);
    const spec = await running.web.inject({ url: '/docs/json' });
    expect(Object.keys(spec.json().paths)).toContain('/v1/connections');
  });

  it('says whether it lives and whether it is ready, without details', async () => {
    expect((await running.web.inject({ url: '/livez' })).json()).toEqual({ status: 'ok' });
    expect((await running.web.inject({ url: '/readyz' })).json()).toEqual({ status: 'ok' });
    const away = await aWeb(fresh.ledger, {
      readiness: async () => ({ ready: false, degraded: true }),
    });
    const answer = await away.web.inject({ url: '/readyz' });
    expect([answer.statusCode, answer.json()]).toEqual([503, { status: 'not_ready' }]);
    await away.close();
  });

  it('needs a login after a fresh start and shows only the login page', async () => {
    expect((await running.web.inject({ url: '/ops/documents' })).statusCode).toBe(401);
    const { cookie } = await aLogin(fresh.ledger, running.web, 'viewer');
    const seen = await running.web.inject({ url: '/ops/documents', headers: { cookie } });
    expect(seen.statusCode).toBe(200);
  });
});
