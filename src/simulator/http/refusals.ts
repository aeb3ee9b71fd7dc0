/** Answers to requests that never reach the service. */

import { ServiceFault, unsupportedOperation, uploadTooLarge } from '../engine/service-fault.js';
import { type Answer, faultAnswer } from '../service/answers.js';
import { BodyNotText, BodyNotUnpacked, BodyTooLarge } from './body.js';

/** In the words of the parser behind the service, as Intuit's page on common errors prints them. */
const NOT_UTF8 =
  'com.sun.org.apache.xerces.internal.impl.io.MalformedByteSequenceException: ' +
  'Invalid byte 1 of 1-byte UTF-8 sequence';

/** What is said to a body that could not be read. @throws any other error as it is */
export function bodyRefusal(error: unknown, isUpload: boolean, nowMs: number): Answer {
  const fault = (errors: ServiceFault['errors']) => faultAnswer(new ServiceFault(errors), nowMs);
  if (error instanceof BodyTooLarge) {
    return isUpload ? fault([uploadTooLarge(error.bytes)]) : htmlAnswer(413, 'Payload Too Large');
  }
  if (error instanceof BodyNotText) {
    return fault([unsupportedOperation(NOT_UTF8)]);
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
