import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config.js';
import { DEFAULT_WEB_LIMITS, type Web } from '../http/parts.js';
import { createWeb } from '../http/web.js';
import type { Ledger } from '../ledger/database/open.js';
import { runEpoch } from '../ledger/runs/runs.js';
import type { Log } from '../log.js';
import { previewDocument } from '../push/preview.js';
import type { PushTools } from '../push/sending.js';
import { checkSettings } from '../push/settings-check.js';
import type { QuickBooks } from '../qbo/quickbooks.js';
import type { QueueBackend } from '../queue/backend.js';
import { openQueueBoard } from '../queue/board.js';
import type { Dispatcher } from '../queue/dispatch.js';
import type { ProcessMetrics } from './metrics.js';
import { readiness } from './readiness.js';
import type { Tracing } from './tracing.js';

interface WebSources {
  ledger: Ledger;
  queue: QueueBackend;
  quickbooks: QuickBooks;
  dispatcher: Dispatcher;
  log: Log;
  metrics: ProcessMetrics;
  tracing: Tracing;
  tools: PushTools;
}

/** The web of a process, with what it needs of the others' work. */
export function webOf(
  config: Config,
  { ledger, queue, quickbooks, dispatcher, log, metrics, tracing, tools }: WebSources,
): Promise<Web> {
  const { answerMs, webhookMs } = config.waits.web;
  return createWeb({
    ledger,
    config: {
      publicUrl: config.publicUrl,
      intuitClientId: config.intuit.clientId,
      verifierTokens: config.intuit.verifierTokens,
      limits: { ...DEFAULT_WEB_LIMITS, answerMs, webhookMs },
      reauthenticate: config.reauthenticate,
      singleSignOn: config.singleSignOn,
      trustedProxies: config.trustedProxies,
      endpointsMayBePrivate: config.deliverToPrivate,
    },
    auth: quickbooks.auth,
    dispatch: (companyId) => void dispatcher.dispatch(companyId),
    wakeRun: (runId) => void wakeRun(ledger, queue, runId).catch(() => undefined),
    traceRequest: tracing.traceRequest,
    log: (event) => {
      metrics.hearWeb(event);
      tracing.hearWeb(event);
      log.write(event.event, event);
    },
    preview: (connection, asked) => previewDocument(tools, connection, asked),
    checkSettings: (connection, proposed) => checkSettings(tools, connection, proposed),
    metrics,
    queueBoard: openQueueBoard({
      url: config.queueUrl,
      schema: config.queueSchema,
      log: log.store,
      ...config.waits.queue,
    }),
    dashboardFolder: builtFolder('dashboard'),
    customerPageFolder: builtFolder('customer-page'),
    readiness: () => readiness(ledger, queue, config.waits.web.readyMs),
  });
}

/** The first wake-up of a run; where it cannot be added, the sweep adds it. */
async function wakeRun(ledger: Ledger, queue: QueueBackend, runId: number): Promise<void> {
  const epoch = await runEpoch(ledger, runId);
  if (epoch === undefined) return;
  await queue.add([{ queue: 'pull', subjectId: String(runId), epoch, priority: 1 }]);
}

/** `dist/<name>`, beside the built code and beside the sources. */
function builtFolder(name: 'dashboard' | 'customer-page'): string | null {
  let place = dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < 5; level += 1) {
    for (const folder of [join(place, name), join(place, 'dist', name)]) {
      if (existsSync(join(folder, 'index.html')) && existsSync(join(folder, 'assets')))
        return folder;
    }
    place = dirname(place);
  }
  return null;
}
