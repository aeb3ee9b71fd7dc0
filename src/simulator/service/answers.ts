/** Answers as they go over the wire: envelopes of the service, the gateway, and broken paths. */

import type { FaultError, FaultType, ServiceFault } from '../engine/service-fault.js';
import type { JsonObject } from '../json.js';
import { pacificMillis } from '../pacific.js';
import { escapeXml } from '../xml/escape.js';

export interface Answer {
  status: number;
  contentType: string;
  body: string;
  /** Takes the place of `body` where the answer is not text. */
  bytes?: Uint8Array;
  headers?: Record<string, string>;
  /** An envelope of the service, in JSON: who asks for XML gets the same in XML. */
  envelope?: true;
}

const JSON_TYPE = 'application/json;charset=UTF-8';
export const XML_TYPE = 'application/xml;charset=UTF-8';

export function jsonAnswer(status: number, body: JsonObject): Answer {
  return { status, contentType: JSON_TYPE, body: JSON.stringify(body) };
}

/** The value of `Fault` in an answer or a batch item. */
export function faultBody({ errors, type }: Pick<ServiceFault, 'errors' | 'type'>): JsonObject {
  return { Error: errors.map((error) => ({ ...error })), type };
}

/** An answer of the service itself, as against the gateway in front of it. */
export function serviceAnswer(status: number, body: JsonObject): Answer {
  return { ...jsonAnswer(status, body), envelope: true };
}

export function faultAnswer(fault: ServiceFault, nowMs: number): Answer {
  return serviceAnswer(fault.status, { Fault: faultBody(fault), time: pacificMillis(nowMs) });
}

export type FaultShape = 'json' | 'gateway_json' | 'xml' | 'html' | 'empty';

interface GatewayError {
  code: string;
  message: string;
  detail: string | null;
  type: string;
}

/** What the gateway in front of the service says for a status (recorded for 401, 403 and 429). */
const GATEWAY_ERRORS: Readonly<Record<number, GatewayError>> = {
  401: {
    code: '3200',
    message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
    detail: 'Token expired: not valid any more',
    type: 'AUTHENTICATION',
  },
  403: {
    code: '3100',
    message: 'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403',
    detail: null,
    type: 'SERVICE',
  },
  429: {
    code: '3001',
    message: 'message=ThrottleExceeded; errorCode=003001; statusCode=429',
    detail: 'The request limit was reached.  Try again later',
    type: 'SERVICE',
  },
};

function gatewayError(status: number): GatewayError {
  return (
    GATEWAY_ERRORS[status] ?? {
      code: '10000',
      message: `message=InternalServerError; errorCode=010000; statusCode=${status}`,
      detail: 'An application error has occurred while processing your request',
      type: 'SERVICE',
    }
  );
}

/** The lower-case envelope of the gateway. `time` is in epoch milliseconds there. */
export function gatewayAnswer(status: number, nowMs: number, detail?: string | null): Answer {
  const { code, message, type, ...known } = gatewayError(status);
  const error = { message, detail: detail ?? known.detail, code, element: null };
  return jsonAnswer(status, {
    warnings: null,
    intuitObject: null,
    fault: { error: [error], type },
    report: null,
    queryResponse: null,
    batchItemResponse: [],
    attachableResponse: [],
    syncErrorResponse: null,
    requestId: null,
    time: nowMs,
    status: null,
    cdcresponse: [],
  });
}

/** No access token in the request. */
export function noTokenAnswer(nowMs: number): Answer {
  const answer = gatewayAnswer(401, nowMs, 'Required parameter oauth_token is missing');
  const body = answer.body
    .replace('AuthenticationFailed; errorCode=003200', 'EmptyField; errorCode=003202')
    .replace('"code":"3200"', '"code":"3202"');
  return { ...answer, body };
}

export type ThrottleShape = 'xml' | 'gateway_json' | 'xml_403';

export interface ThrottleStyle {
  throttleShape: ThrottleShape;
  /** Null: the answer does not say when to come again. */
  retryAfterSeconds: number | null;
}

export function throttleAnswer(
  { throttleShape, retryAfterSeconds }: ThrottleStyle,
  nowMs: number,
): Answer {
  const answer = throttleBody(throttleShape, nowMs);
  if (retryAfterSeconds === null) return answer;
  return { ...answer, headers: { 'retry-after': String(retryAfterSeconds) } };
}

function throttleBody(shape: ThrottleShape, nowMs: number): Answer {
  if (shape === 'gateway_json') return gatewayAnswer(429, nowMs);
  const status = shape === 'xml_403' ? 403 : 429;
  const message = `message=ThrottleExceeded; errorCode=003001; statusCode=${status}`;
  return xmlAnswer(
    status,
    'SERVICE',
    '3001',
    message,
    gatewayError(429).detail ?? '',
    pacificMillis(nowMs),
  );
}

function xmlAnswer(
  status: number,
  type: string,
  code: string,
  message: string,
  detail: string,
  time: string,
): Answer {
  const body =
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
    `<IntuitResponse time="${time}" xmlns="http://schema.intuit.com/finance/v3">` +
    `<Fault type="${type}"><Error code="${code}"><Message>${escapeXml(message)}</Message>` +
    `<Detail>${escapeXml(detail)}</Detail></Error></Fault></IntuitResponse>`;
  return { status, contentType: XML_TYPE, body };
}

/** A status in one of the shapes a client must survive. */
export function shapedAnswer(status: number, shape: FaultShape, nowMs: number): Answer {
  switch (shape) {
    case 'gateway_json':
      return gatewayAnswer(status, nowMs);
    case 'xml': {
      const { code, message, detail, type } = gatewayError(status);
      return xmlAnswer(status, type, code, message, detail ?? '', pacificMillis(nowMs));
    }
    case 'html':
      return {
        status,
        contentType: 'text/html;charset=UTF-8',
        body: `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
      };
    case 'empty':
      return { status, contentType: JSON_TYPE, body: '' };
    case 'json':
      return serviceAnswer(status, {
        Fault: faultBody(serviceFaultFor(status)),
        time: pacificMillis(nowMs),
      });
  }
}

/** The service's own envelope for a status that no request earned. */
export function serviceFaultFor(status: number): {
  errors: readonly FaultError[];
  type: FaultType;
} {
  const { code, message, detail } = gatewayError(status);
  const known = GATEWAY_ERRORS[status] !== undefined;
  if (known) {
    const type = status === 401 ? 'AuthenticationFault' : 'AuthorizationFault';
    return {
      errors: [{ Message: message, Detail: detail ?? '', code, element: '' }],
      type: status === 429 ? 'SystemFault' : type,
    };
  }
  if (status < 500) {
    const Message = 'A business validation error has occurred while processing your request';
    const Detail =
      'Business Validation Error: An unexpected error occurred while accessing or saving your ' +
      'data. Please wait a few minutes and try again.';
    return {
      errors: [{ Message, Detail, code: '6000', element: '' }],
      type: 'ValidationFault',
    };
  }
  const Message = 'An application error has occurred while processing your request';
  const Detail = 'System Failure Error: an unexpected error occurred.';
  return { errors: [{ Message, Detail, code: '10000', element: '' }], type: 'SystemFault' };
}
