/**
 * Where a ciphertext belongs: table, column and owner of the row. The place is bound into it, so
 * that it decrypts nowhere else. What is written here can never change: old rows were bound to it.
 */
export const PLACES = {
  wanted: (document: { connectionId: string; kind: string; externalId: string }) =>
    `documents.wanted:${document.connectionId}:${document.kind}:${document.externalId}`,
  appStated: (document: { connectionId: string; kind: string; externalId: string }) =>
    `documents.app_stated:${document.connectionId}:${document.kind}:${document.externalId}`,
  realm: (companyId: string) => `companies.realm:${companyId}`,
  accessToken: (companyId: string) => `tokens.access:${companyId}`,
  /** Of the previous refresh token as well: its ciphertext moves within the row. */
  refreshToken: (companyId: string) => `tokens.refresh:${companyId}`,
  requestPath: (companyId: string, requestId: string) => `requests.path:${companyId}:${requestId}`,
  requestBody: (companyId: string, requestId: string) => `requests.body:${companyId}:${requestId}`,
  requestAnswer: (companyId: string, requestId: string) =>
    `requests.answer:${companyId}:${requestId}`,
  idempotencyAnswer: (keyed: { appId: string; key: string }) =>
    `idempotency_keys.answer:${keyed.appId}:${keyed.key}`,
  attachmentPiece: (piece: {
    connectionId: string;
    externalId: string;
    content: string;
    number: number | string;
  }) =>
    `attachment_pieces.piece:${piece.connectionId}:${piece.externalId}:${piece.content}:${piece.number}`,
  endpointUrl: (endpointId: string) => `endpoints.url:${endpointId}`,
  /** Of the former secret as well: its ciphertext moves within the row. */
  endpointSecret: (endpointId: string) => `endpoints.secret:${endpointId}`,
  /** In a browser, for ten minutes. */
  loginCookie: 'cookie.login',
  installationSecret: (name: string) => `installation_secrets.secret:${name}`,
} as const;
