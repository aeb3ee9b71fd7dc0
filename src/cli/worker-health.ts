import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Config } from '../config.js';
import { scrapeRefusal } from '../http/auth/collector.js';
import type { Canary } from '../queue/canary.js';
import type { House } from './house.js';

/** Health and figures of a worker, on WORKER_PORT. */
export interface WorkerHealth {
  /** From now on the worker's own progress is judged, too. */
  watch(canary: Canary): void;
  close(): void;
}

type Answer = [code: number, contentType: string, body: string];
type Status = 'ok' | 'degraded' | 'not_ready' | 'standing_still' | 'not_found' | 'unauthorized';

const JSON_TYPE = 'application/json';
const answerOf = (code: number, status: Status): Answer => [
  code,
  JSON_TYPE,
  JSON.stringify({ status }),
];

/**
 * `/livez`: the process lives and takes work. `/readyz`: it can work; the queue may be away for a
 * while. `/metrics`: for a collector with METRICS_TOKEN.
 */
export async function serveHealth(
  house: Pick<House, 'readiness' | 'metrics'>,
  config: Config,
): Promise<WorkerHealth> {
  let canary: Canary | undefined;
  const { standstillMs } = config.waits.canary;
  const idleMs = () => Math.max(0, ...(canary?.idleMs().values() ?? []));

  const readiness = async (): Promise<Answer> => {
    const { ready, degraded } = await house.readiness();
    if (!ready) return answerOf(503, 'not_ready');
    return answerOf(200, degraded || idleMs() > standstillMs / 2 ? 'degraded' : 'ok');
  };
  const metrics = async ({ headers }: IncomingMessage): Promise<Answer> => {
    const refusal = scrapeRefusal(headers, house.metrics.token);
    if (refusal !== undefined) return answerOf(refusal === 'unauthorized' ? 401 : 404, refusal);
    return [200, house.metrics.contentType, await house.metrics.text()];
  };
  const respond = async (request: IncomingMessage): Promise<Answer> => {
    switch (request.url) {
      case '/livez':
        return idleMs() < standstillMs ? answerOf(200, 'ok') : answerOf(503, 'standing_still');
      case '/readyz':
        return readiness();
      case '/metrics':
        return metrics(request);
      default:
        return answerOf(404, 'not_found');
    }
  };

  const server = createServer(async (request, response) => {
    const [code, contentType, body] = await respond(request).catch(() =>
      answerOf(503, 'not_ready'),
    );
    response.writeHead(code, { 'content-type': contentType, 'cache-control': 'no-store' });
    response.end(body);
  });
  server.listen(config.workerPort, config.host);
  await once(server, 'listening');
  return {
    watch(watched) {
      canary = watched;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
