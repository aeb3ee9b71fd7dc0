/** The HTTP server: one host for the API, OAuth and control. */

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { SimulatorControl } from '../control/control.js';
import { handleControl } from '../control/routes.js';
import { applicationError, ServiceFault } from '../engine/service-fault.js';
import { handleOAuth, oauthOperation } from '../oauth/routes.js';
import { handlePeople } from '../people/routes.js';
import type { QuickBooks } from '../quickbooks.js';
import { faultAnswer } from '../service/answers.js';
import { FILES_PATH } from '../service/files.js';
import { UPLOAD_MAX_BYTES } from '../service/upload.js';
import { tell } from '../tell.js';
import { handleApi } from './api.js';
import { readBody, readBytes, textOfBytes } from './body.js';
import { fileAnswer } from './file-answer.js';
import { inWantedForm } from './negotiate.js';
import { bodyRefusal, notFound } from './refusals.js';
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
    if (path.startsWith('/v3/company/')) {
      await this.#api(request, response, path, parameters);
    } else if (path.startsWith('/control/')) {
      const text = await readBody(request);
      const method = request.method ?? 'GET';
      await send(response, await handleControl(this.control, { method, path, text }));
    } else if (oauthOperation(path) !== undefined) {
      await this.#oauth(request, response, path, parameters);
    } else if (path.startsWith(FILES_PATH)) {
      await send(response, fileAnswer(this.quickbooks, path, parameters));
    } else if (path === '/favicon.ico') {
      // A browser asks for it with the authorize page.
      response.writeHead(204).end();
    } else {
      const text = await readBody(request);
      const method = request.method ?? 'GET';
      const shown = handlePeople(this.control, { method, path, parameters, text });
      await send(response, shown ?? notFound());
    }
  }

  async #api(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    parameters: URLSearchParams,
  ): Promise<void> {
    const tid = this.#nextTid();
    const isUpload = /\/upload\/*$/.test(path);
    const later = (delayMs: number, work: () => void) => this.#later(delayMs, work);
    let bytes: Buffer;
    let text = '';
    try {
      bytes = await readBytes(request, isUpload ? UPLOAD_MAX_BYTES : undefined);
      if (!isUpload) text = textOfBytes(bytes);
    } catch (error) {
      const refusal = bodyRefusal(error, isUpload, this.quickbooks.nowMs());
      const { accept } = request.headers;
      const answer = inWantedForm(refusal, accept, this.quickbooks.behaviours);
      await send(response, { ...answer, headers: { intuit_tid: tid } });
      return;
    }
    const origin = originOf(request);
    const api = { request, response, path, parameters, bytes, text, tid, origin, later };
    await handleApi(this.quickbooks, api);
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
    const origin = originOf(request);
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

  #later(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      try {
        work();
      } catch (error) {
        tell(error);
      }
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
    tell(error);
    if (response.headersSent) {
      drop(response);
      return;
    }
    const fault = new ServiceFault([applicationError()], 500, 'SystemFault');
    void send(response, faultAnswer(fault, this.quickbooks.nowMs()));
  }
}

/** The address the caller used, which may be another name for this host. */
function originOf({ headers }: IncomingMessage): string {
  return `http://${headers.host ?? '127.0.0.1'}`;
}
