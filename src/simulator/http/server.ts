/** The HTTP server: one host for the API, OAuth and control. */

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { SimulatorControl } from '../control/control.js';
import { handleControl } from '../control/routes.js';
import { applicationError, ServiceFault, unsupportedOperation } from '../engine/service-fault.js';
import { handleOAuth, isOAuthPath, oauthOperation } from '../oauth/routes.js';
import type { QuickBooks } from '../quickbooks.js';
import { type Answer, faultAnswer } from '../service/answers.js';
import { handleApi } from './api.js';
import { BodyNotText, BodyTooLarge, readBody } from './body.js';
import { drop, pause, send } from './send.js';
import { runStaged } from './staged.js';

export class HttpServer {
  readonly #server: Server;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #tidPrefix = randomBytes(8).toString('hex');
  #calls = 0;

  constructor(
    private readonly quickbooks: QuickBooks,
    private readonly control: SimulatorControl,
  ) {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => this.#fail(response, error));
    });
    this.#server.keepAliveTimeout = 65_000;
  }

  /** @returns the port, which the system chooses when 0 is asked for */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Ends open connections too; work that was to come later is given up. */
  close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const parameters = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
    const tid = this.#nextTid();
    const later = (delayMs: number, work: () => void) => this.#later(delayMs, work);
    if (path.startsWith('/v3/company/')) {
      const text = await this.#bodyOrRefusal(request, response, tid);
      if (text === undefined) return;
      const api = { request, response, path, parameters, text, tid, later };
      await handleApi(this.quickbooks, api);
    } else if (path.startsWith('/control/')) {
      const text = await readBody(request);
      const method = request.method ?? 'GET';
      await send(response, handleControl(this.control, { method, path, text }));
    } else if (isOAuthPath(path)) {
      await this.#oauth(request, response, path, parameters);
    } else {
      await send(response, notFound());
    }
  }

  async #oauth(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    parameters: URLSearchParams,
  ): Promise<void> {
    const { quickbooks } = this;
    const text = await readBody(request);
    const method = request.method ?? 'GET';
    const waitMs = quickbooks.latency.of('oauth');
    if (waitMs > 0) await pause(waitMs);
    const origin = `http://${request.headers.host ?? '127.0.0.1'}`;
    const { headers } = request;
    const { answer, cuts } = await runStaged({
      faults: quickbooks.faults,
      subject: { method, path, operation: oauthOperation(path) },
      nowMs: () => quickbooks.nowMs(),
      random: quickbooks.random,
      run: () => handleOAuth(quickbooks, { method, path, parameters, headers, text, origin }),
      later: (delayMs, work) => this.#later(delayMs, work),
    });
    if (answer === undefined) {
      drop(response);
      return;
    }
    const named = { intuit_tid: this.#nextTid(), ...answer.headers };
    await send(response, { ...answer, headers: named }, cuts);
  }

  async #bodyOrRefusal(
    request: IncomingMessage,
    response: ServerResponse,
    tid: string,
  ): Promise<string | undefined> {
    try {
      return await readBody(request);
    } catch (error) {
      if (error instanceof BodyTooLarge) {
        await send(response, { ...notFound(), status: 413, headers: { intuit_tid: tid } });
        return undefined;
      }
      if (!(error instanceof BodyNotText)) throw error;
      const fault = new ServiceFault([unsupportedOperation('Invalid byte of UTF-8 sequence')]);
      const answer = faultAnswer(fault, this.quickbooks.nowMs());
      await send(response, { ...answer, headers: { intuit_tid: tid } });
      return undefined;
    }
  }

  #later(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, delayMs);
    this.#timers.add(timer);
  }

  #nextTid(): string {
    this.#calls += 1;
    const time = Math.floor(this.quickbooks.nowMs() / 1000).toString(16);
    return `1-${time}-${this.#tidPrefix}${this.#calls.toString(16).padStart(8, '0')}`;
  }

  /** An error of the simulator itself looks like QuickBooks' own, and is told on stderr. */
  #fail(response: ServerResponse, error: unknown): void {
    // The caller hung up: there is nobody to tell and nothing wrong here.
    if (response.destroyed) return;
    process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
    if (response.headersSent) {
      drop(response);
      return;
    }
    const fault = new ServiceFault([applicationError()], 500, 'SystemFault');
    void send(response, faultAnswer(fault, this.quickbooks.nowMs()));
  }
}

function notFound(): Answer {
  return {
    status: 404,
    contentType: 'text/html;charset=UTF-8',
    body: '<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>',
  };
}
