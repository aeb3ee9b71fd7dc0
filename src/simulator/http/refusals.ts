/** Answers to requests that never reach the service. */

import { ServiceFault, unsupportedOperation, uploadTooLarge } from '../engine/service-fault.js';
import { type Answer, faultAnswer } from '../service/answers.js';
import { BodyNotText, BodyNotUnpacked, BodyTooLarge } from './body.js';

/** What is said to a body that could not be read. @throws any other error as it is */
export function bodyRefusal(error: unknown, isUpload: boolean, nowMs: number): Answer {
  const fault = (errors: ServiceFault['errors']) => faultAnswer(new ServiceFault(errors), nowMs);
  if (error instanceof BodyTooLarge) {
    return isUpload ? fault([uploadTooLarge(error.bytes)]) : htmlAnswer(413, 'Payload Too Large');
  }
  if (error instanceof BodyNotText) {
    return fault([unsupportedOperation('Invalid byte of UTF-8 sequence')]);
  }
  if (error instanceof BodyNotUnpacked) return fault([unsupportedOperation(error.message)]);
  throw error;
}

export function notFound(): Answer {
  return htmlAnswer(404, 'Not Found');
}

function htmlAnswer(status: number, title: string): Answer {
  return {
    status,
    contentType: 'text/html;charset=UTF-8',
    body: `<html><head><title>${status}</title></head><body><h1>${status} ${title}</h1></body></html>`,
  };
}
