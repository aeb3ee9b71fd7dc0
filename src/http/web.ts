import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { runAfterAnswers } from './after-answer.js';
import { answerInTime } from './answer-in-time.js';
import { addAttachmentRoutes } from './api/attachments.js';
import { addBulkActionRoutes } from './api/bulk-actions.js';
import { addCauseRoutes } from './api/causes.js';
import { addSettingsRoutes } from './api/connection-settings.js';
import { addConnectionRoutes } from './api/connections.js';
import { addDocumentActions, addRepairActions, addSupportActions } from './api/document-actions.js';
import { addDocumentBatches } from './api/document-batches.js';
import { addDocumentRoutes } from './api/documents.js';
import { addEndpointRoutes } from './api/endpoints.js';
import { addEventRoutes } from './api/events.js';
import { addFinalizingRoutes } from './api/finalizing.js';
import { addHoldRoutes } from './api/hold.js';
import { keepIdempotentAnswers } from './api/idempotency.js';
import { addImportedInvoiceRoutes } from './api/imported-invoices.js';
import { addPageLinkRoute } from './api/page-link.js';
import { addPausingRoutes } from './api/pausing.js';
import { addPreviewRoute } from './api/preview.js';
import { addProfileRoutes } from './api/profiles.js';
import { addRecordRoutes } from './api/records.js';
import { addRunRoutes } from './api/runs.js';
import { addSettingsCheckRoute } from './api/settings-check.js';
import { addUnlockingRoutes } from './api/unlocking.js';
import { guardRoutes, type RouteEntry } from './auth/access.js';
import { addCustomerActs } from './customer/acts.js';
import { addCustomerPage } from './customer/page-files.js';
import { addCustomerReads } from './customer/reads.js';
import { addDashboard } from './dashboard-files.js';
import { addSafeHeaders } from './headers.js';
import { addHealthRoutes } from './health.js';
import { addConnectRoutes } from './intuit/connect.js';
import { addLandingRoutes } from './intuit/landing.js';
import { addConnectPages } from './intuit/pages.js';
import { addWebhookRoute } from './intuit/webhooks.js';
import { acceptJson } from './json.js';
import { limitRates } from './limits.js';
import { addMetricsRoute } from './metrics.js';
import { addApiDocs, describeApi } from './openapi.js';
import { addAccountRoutes } from './ops/account.js';
import { addAuditRoutes } from './ops/audit.js';
import { addOpsBulkActionRoutes } from './ops/bulk-actions.js';
import { addOpsCauseRoutes } from './ops/causes.js';
import { addConnectionCareRoutes } from './ops/connection-care.js';
import { addOpsConnectionRoutes } from './ops/connections.js';
import { addCorrectingRoutes } from './ops/correcting.js';
import { addDocumentExport } from './ops/document-export.js';
import { addOpsDocumentRoutes } from './ops/documents.js';
import { addOpsHoldRoutes } from './ops/hold.js';
import { addInspectionRoutes } from './ops/inspection.js';
import { addLiveRoutes } from './ops/live.js';
import { addLoginRoutes } from './ops/login.js';
import { addOpsPageLinkRoute } from './ops/page-link.js';
import { addOpsPausingRoutes } from './ops/pausing.js';
import { addPeopleRoutes } from './ops/people.js';
import { addQueueBoard } from './ops/queue-board.js';
import { addOpsRunRoutes } from './ops/runs.js';
import { addSingleSignOnRoutes } from './ops/single-sign-on.js';
import type { Web, WebParts } from './parts.js';
import { HttpProblem, sendProblem } from './problems.js';
import { logRequests } from './request-log.js';
import { checkWithZod } from './schemas.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route with who may use it; complete once the server is ready. */
    routeTable: RouteEntry[];
    notFoundProblem(request: FastifyRequest, reply: FastifyReply): FastifyReply;
  }
}

/** Longest path segment, percent-encoded: an externalId of 200 characters of 4 bytes. */
const SEGMENT_LENGTH_MAX = 2_400;
/** A request that does not arrive whole within this is dropped. */
const REQUEST_MS_MAX = 60_000;

/** The web process: API, browsers coming from and going to Intuit, dashboard. Not yet listening. */
export async function createWeb(parts: WebParts): Promise<Web> {
  const { config, log } = parts;
  const web = fastify({
    logger: false,
    trustProxy: config.trustedProxies.length === 0 ? false : [...config.trustedProxies],
    bodyLimit: config.limits.bodyBytes,
    requestTimeout: REQUEST_MS_MAX,
    handlerTimeout: config.limits.answerMs,
    exposeHeadRoutes: false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    routerOptions: { maxParamLength: SEGMENT_LENGTH_MAX },
  }).withTypeProvider<ZodTypeProvider>();
  const answerProblem = sendProblem(log);
  const answerNotFound = (request: FastifyRequest, reply: FastifyReply) =>
    answerProblem(new HttpProblem(404, 'not_found', 'Not found'), request, reply);
  web.decorate('notFoundProblem', answerNotFound);
  web.setErrorHandler(answerProblem);
  web.setNotFoundHandler(answerNotFound);
  checkWithZod(web);
  acceptJson(web, { depthMax: config.limits.jsonDepth });

  // The order is the order in which a request meets them.
  answerInTime(web);
  await addSafeHeaders(web, config);
  await web.register(cookie);
  logRequests(web, parts);
  runAfterAnswers(web, parts);
  web.decorate('routeTable', guardRoutes(web, parts));
  await limitRates(web, config.limits);
  keepIdempotentAnswers(web, parts);

  await describeApi(web, config);
  addRoutes(web, parts);
  await addQueueBoard(web, parts);
  await addApiDocs(web);
  await addDashboard(web, parts.dashboardFolder);
  await addCustomerPage(web, parts);
  return web;
}

function addRoutes(web: Web, parts: WebParts): void {
  addConnectionRoutes(web, parts);
  addSettingsRoutes(web, parts);
  addSettingsCheckRoute(web, parts);
  addRunRoutes(web, parts);
  addRecordRoutes(web, parts);
  addImportedInvoiceRoutes(web, parts);
  addDocumentRoutes(web, parts);
  addDocumentActions(web, parts);
  addRepairActions(web, parts);
  addSupportActions(web, parts);
  addPreviewRoute(web, parts);
  addFinalizingRoutes(web, parts);
  addHoldRoutes(web, parts);
  addUnlockingRoutes(web, parts);
  addPageLinkRoute(web, parts);
  addPausingRoutes(web, parts);
  addDocumentBatches(web, parts);
  addAttachmentRoutes(web, parts);
  addCauseRoutes(web, parts);
  addBulkActionRoutes(web, parts);
  addEventRoutes(web, parts);
  addEndpointRoutes(web, parts);
  addProfileRoutes(web);
  addConnectRoutes(web, parts);
  addConnectPages(web);
  addLandingRoutes(web, parts);
  addCustomerReads(web, parts);
  addCustomerActs(web, parts);
  addWebhookRoute(web, parts);
  addLoginRoutes(web, parts);
  addSingleSignOnRoutes(web, parts);
  addOpsDocumentRoutes(web, parts);
  addDocumentExport(web, parts);
  addInspectionRoutes(web, parts);
  addCorrectingRoutes(web, parts);
  addOpsConnectionRoutes(web, parts);
  addConnectionCareRoutes(web, parts);
  addOpsRunRoutes(web, parts);
  addLiveRoutes(web, parts);
  addOpsBulkActionRoutes(web, parts);
  addOpsCauseRoutes(web, parts);
  addOpsHoldRoutes(web, parts);
  addOpsPausingRoutes(web, parts);
  addOpsPageLinkRoute(web, parts);
  addPeopleRoutes(web, parts);
  addAuditRoutes(web, parts);
  addAccountRoutes(web, parts);
  addHealthRoutes(web, parts);
  addMetricsRoute(web, parts);
}
