/** Requests that the simulator itself makes: to an app's webhook endpoint, or to a page of it. */

import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';

export interface Outgoing {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Real time until the answer's first byte. */
  timeoutMs: number;
}

/** What came back: a status, or the reason why none did. */
export interface Outcome {
  status: number | null;
  error: string | null;
  /** Where a redirect points. */
  location: string | null;
}

export class OutgoingRequests {
  readonly #open = new Set<() => void>();

  /** Never fails: what goes wrong is in the outcome. Redirects are not followed. */
  send({ method, url, headers, body, timeoutMs }: Outgoing): Promise<Outcome> {
    return new Promise((resolve) => {
      const request = url.startsWith('https:') ? overHttps : overHttp;
      const options = { method, headers, agent: false };
      const sent = request(url, options, (response: IncomingMessage) => {
        response.resume();
        const { statusCode, headers } = response;
        finish({ status: statusCode ?? null, error: null, location: headers.location ?? null });
      });
      const give = (reason: string) => {
        finish({ status: null, error: reason, location: null });
        sent.destroy();
      };
      const timer = setTimeout(() => give(`no answer in ${timeoutMs} ms`), timeoutMs);
      const stop = () => give('the simulator was stopped');
      const finish = (outcome: Outcome) => {
        clearTimeout(timer);
        this.#open.delete(stop);
        resolve(outcome);
      };
      this.#open.add(stop);
      sent.on('error', (error) => give(error.message));
      sent.end(body);
    });
  }

  /** Gives up what is open. */
  close(): void {
    for (const stop of [...this.#open]) stop();
  }
}
