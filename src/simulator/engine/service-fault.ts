/** QuickBooks' own faults: code, HTTP status and the texts seen in answers, made in one place. */

export type FaultType =
  | 'ValidationFault'
  | 'SystemFault'
  | 'AuthenticationFault'
  | 'AuthorizationFault';

/** One error of a fault, spelled as the service spells it. */
export interface FaultError {
  Message: string;
  Detail: string;
  code: string;
  element: string;
}

/** A refusal by the service. One fault can carry several errors. */
export class ServiceFault extends Error {
  override readonly name = 'ServiceFault';

  constructor(
    readonly errors: readonly FaultError[],
    readonly status = 400,
    readonly type: FaultType = 'ValidationFault',
  ) {
    super(errors.map((error) => `${error.code} ${error.Message}`).join('; '));
  }
}

export function error(code: string, Message: string, Detail: string, element = ''): FaultError {
  return { Message, Detail, code, element };
}

export const unsupportedOperation = (operation: string): FaultError =>
  error('500', 'Unsupported Operation', `Operation ${operation} is not supported.`);

/** Change data is kept for 30 days. The text was seen in an answer. */
export const changesTooOld = (changedSince: string): FaultError =>
  unsupportedOperation(`cdc with changedSince date ${changedSince} which is older than fixed days`);

export const duplicateRequestId = (): FaultError =>
  error('600', 'Duplicate Request ID', 'Duplicate Request ID : this request was already made.');

const NOT_FOUND = 'Object Not Found';

/** An unknown or deactivated object: the service answers both alike. */
export const objectNotFound = (): FaultError =>
  error(
    '610',
    NOT_FOUND,
    `${NOT_FOUND} : Something you're trying to use has been made inactive. Check the fields with ` +
      'accounts, customers, items, vendors or employees.',
  );

export const transactionDeleted = (): FaultError =>
  error('610', NOT_FOUND, `${NOT_FOUND} : Another user has deleted this transaction.`);

/** Recorded by its number only; the Detail is a guess. */
export const cannotBeLinked = (type: string, id: string): FaultError =>
  error('620', 'Txn ID cannot be linked', `Txn ID cannot be linked : ${type} ${id}`);

export const cannotDelete = (): FaultError =>
  error(
    '800',
    'Cannot delete object',
    'Cannot delete object : other transactions are linked to it.',
  );

export const batchTooLarge = (limit: number): FaultError =>
  error(
    '1040',
    'Batch size exceeds allowed limit',
    `Number of items in the batch exceeds the allowed limit of ${limit}`,
  );

/** The ending of the Detail is not verified by a recording. */
export const unknownMember = (path: string): FaultError =>
  error(
    '2010',
    'Request has invalid or unsupported property',
    `Property Name:${path} specified is unsupported or invalid`,
    path,
  );

/** A body that is no JSON object. The text was seen in several answers. */
export const malformedJson = (): FaultError =>
  error(
    '2010',
    'Request has invalid or unsupported property',
    'Property Name:failed to parse json object; a property specified is unsupported or invalid',
  );

/** An id that cannot be one. The text was seen in an answer. */
export const invalidId = (value: string): FaultError =>
  error('2030', 'Invalid ID', `Id should be a valid number. Supplied value:${value}`);

export const missingMember = (member: string): FaultError =>
  error(
    '2020',
    'Required param missing, need to supply the required value for the API',
    `Required parameter ${member} is missing in the request`,
    member,
  );

export const invalidString = (element: string): FaultError =>
  error('2040', 'Invalid String', `Invalid String : unsupported character in ${element}`, element);

export const wrongLength = (element: string, max: number, supplied: number): FaultError =>
  error(
    '2050',
    'String length is either shorter or longer than supported by specification',
    'String length specified does not match the supported length. ' +
      `Min:0 Max:${max} supported. Supplied length:${supplied}`,
    element,
  );

export const invalidDate = (element: string, value: string): FaultError =>
  error('2060', 'Invalid Date', `Invalid Date : ${value}`, element);

export const invalidNumber = (element: string, value: string): FaultError =>
  error('2090', 'Invalid Number', `Invalid Number : ${value}`, element);

export const invalidRequestId = (): FaultError =>
  error('2130', 'Invalid Request Id Format', 'Request id is longer than supported.');

export const invalidEnumeration = (value: string): FaultError =>
  error('2170', 'Invalid Enumeration', `Invalid Enumeration : ${value}`);

export const invalidEmail = (): FaultError =>
  error('2210', 'Invalid email address format', 'Email Address does not conform to its format.');

/** The ending of the Detail is not verified by a recording. */
export const unbalancedEntry = (): FaultError =>
  error(
    '2300',
    'Debits not equal to credits',
    'Debits not equal to credits : the debits of an entry must equal its credits.',
  );

const BAD_REFERENCE = 'Invalid Reference Id';

/** @param list what the service calls the list: Names, Accounts, Items, Klasses, Depts */
export const referenceNotFound = (list: string, id: string): FaultError =>
  error('2500', BAD_REFERENCE, `${BAD_REFERENCE} : ${list} element id ${id} not found`);

export const inactiveAccount = (): FaultError =>
  error(
    '2500',
    BAD_REFERENCE,
    `${BAD_REFERENCE} : Something you're trying to use has been made inactive. ` +
      'Check the fields with accounts.',
  );

export const queryNotParsed = (detail: string): FaultError =>
  error('4000', 'Error parsing query', `QueryParserError: ${detail}`);

export const queryInvalid = (detail: string): FaultError =>
  error('4001', 'Invalid query', `QueryValidationError: ${detail}`);

export const staleObject = (user: string): FaultError =>
  error(
    '5010',
    'Stale Object Error',
    `Stale Object Error : You and ${user} were working on this at the same time. ` +
      `${user} finished before you did, so your work was not saved.`,
  );

export const featureNotSupported = (feature: string): FaultError =>
  error('5030', 'Feature Not Supported Error', `Feature Not Supported : ${feature}`);

export const businessValidation = (sentence: string): FaultError =>
  error(
    '6000',
    'A business validation error has occurred while processing your request',
    `Business Validation Error: ${sentence}`,
  );

/** @param bytes the size of the whole request */
export const uploadTooLarge = (bytes: number): FaultError =>
  error(
    '6030',
    'Upload request size exceeds allowed limit',
    `The file upload request should not exceed 100MB in size. The current request size is ${bytes}`,
  );

export const notAttachable = (type: string, part: string): FaultError =>
  error(
    '6040',
    'The file metadata must be of Attachable type',
    'The file metadata submitted must be of Attachable type. ' +
      `Supplied Type: ${type}, request parameter: ${part}.`,
  );

export const notAttachableTo = (type: string): FaultError =>
  error(
    '6050',
    'The entity reference type is unsupported for Attachable',
    `The entity reference type ${type} is unsupported for Attachable`,
    'EntityRef',
  );

/** @param supplied the amount as sent; the service prints it with thousands separators */
export const amountMismatch = (supplied: number): FaultError =>
  error(
    '6070',
    'Amount calculation incorrect in the request.',
    'Amount is not equal to UnitPrice * Qty. Supplied value:' +
      supplied.toLocaleString('en-US', { maximumFractionDigits: 10 }),
    'Line.Amount',
  );

export const noName = (): FaultError =>
  error('6080', 'No Name Provided', 'At least one name part or DisplayName is required.');

/** Recorded by its number only; the Detail is a guess. */
export const discountIncomplete = (): FaultError =>
  error(
    '6090',
    'Discount line is missing required information',
    'A discount line needs an amount or a percentage, and an account.',
    'Line',
  );

export const taxRateMissing = (): FaultError =>
  businessValidation('All tax rates of the tax codes in use must be sent.');

export const invalidLineTaxCode = (): FaultError =>
  error(
    '6100',
    'Invalid Line TaxCode in the request',
    'Line TaxCode must be TAX or NON.',
    'TaxCodeRef',
  );

export const duplicateNumber = (docNumber: string, type: string, id: string): FaultError =>
  error(
    '6140',
    'Duplicate Document Number Error',
    'Duplicate Document Number Error : You must specify a different number. ' +
      `This number has already been used. DocNumber=${docNumber} is assigned to ` +
      `TxnType=${type} with TxnId=${id}`,
  );

export const invalidTxnTaxDetail = (): FaultError =>
  error(
    '6170',
    'Invalid TxnTaxDetail',
    'TxnTaxDetail is not allowed when GlobalTaxCalculation is NotApplicable.',
  );

/** 6210 where the closing date has a password, 6200 where it has none. */
export const periodClosed = (withPassword: boolean): FaultError =>
  error(
    withPassword ? '6210' : '6200',
    'Account Period Closed',
    'The account period has closed and the account books cannot be updated through the ' +
      'QBO Services API. Please use the QBO website to make these changes.',
  );

/** @param holder what already has the name, in the service's words */
export const duplicateName = (holder: string): FaultError =>
  error(
    '6240',
    'Duplicate Name Exists Error',
    `The name supplied already exists. : Another ${holder} is already using this \nname. ` +
      'Please use a different name.',
  );

export const invalidAccountType = (): FaultError =>
  error('6430', 'Invalid account type', 'Invalid account type used');

export const transactionDeposited = (): FaultError =>
  error(
    '6540',
    'Deposited Transaction cannot be changed',
    'This transaction has been deposited. If you want to change or delete it, you must edit the ' +
      'deposit it appears on and remove it first.',
  );

/** @param max objects that one answer may hold */
export const resultTooBig = (max: number): FaultError =>
  error('10100', 'Result set too big', `The result set exceeds the limit of ${max} objects.`);

/** Recorded by its number only; the Detail is a guess. */
export const lineDetailMissing = (): FaultError =>
  error(
    '6440',
    'Transaction detail information required',
    'Transaction detail information required : each split needs an item or an account.',
    'Line',
  );

export const applicationError = (): FaultError =>
  error(
    '10000',
    'An application error has occurred while processing your request',
    'System Failure Error: an unexpected error occurred.',
  );
