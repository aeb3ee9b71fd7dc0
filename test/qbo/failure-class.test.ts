import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FAILURE_POLICY } from '../../src/push/failure-policy.js';
import {
  FencedOff,
  LaneBusy,
  QuickBooksRefusal,
  QuickBooksUnavailable,
  ReconnectNeeded,
  Throttled,
} from '../../src/qbo/errors.js';
import {
  brokenReferenceOf,
  type FailureClass,
  failureClassOf,
  failureClassOfError,
  takenNumberOf,
} from '../../src/qbo/failure-class.js';
import type { QuickBooksFault } from '../../src/qbo/fault.js';

const fault = (code: string, detail = '', type = 'ValidationFault'): QuickBooksFault => ({
  code,
  message: 'Un message en français',
  detail: detail === '' ? null : detail,
  element: null,
  type,
});

describe('the class of a refusal', () => {
  it.each<[string, string, FailureClass]>([
    ['120', '', 'auth'],
    ['130', '', 'transient'],
    ['500', 'Operation x is not supported.', 'validation'],
    ['600', '', 'duplicate_request'],
    ['610', 'Object Not Found : Another user has deleted this transaction.', 'deleted'],
    [
      '610',
      "Object Not Found : Something you're trying to use has been made inactive.",
      'reference',
    ],
    ['610', 'Objet introuvable', 'reference'],
    ['1040', '', 'batch_size'],
    ['2010', '', 'bug'],
    ['2020', 'Required parameter Line is missing in the request', 'validation'],
    ['2050', '', 'validation'],
    ['2170', '', 'validation'],
    ['2500', 'Invalid Reference Id : Names element id 75 not found', 'reference'],
    ['3001', '', 'throttled'],
    ['3100', '', 'auth'],
    ['4001', '', 'bug'],
    ['4002', '', 'transient'],
    ['5010', '', 'conflict'],
    ['5030', '', 'plan'],
    ['6000', 'Business Validation Error: You must set a transaction amount.', 'validation'],
    ['6000', 'You can only add or edit one name at a time. Please try again.', 'transient'],
    [
      '6000',
      'An unexpected error occurred while accessing or saving your data. Please wait a few minutes',
      'transient',
    ],
    ['6000', 'Erreur de validation', 'validation'],
    ['6070', '', 'money'],
    ['6140', 'DocNumber=1037 is assigned to TxnType=Facture with TxnId=130', 'duplicate_number'],
    ['6190', '', 'suspended'],
    ['6200', '', 'period_closed'],
    ['6210', 'The account period has closed', 'period_closed'],
    ['6210', 'Duplicate Document Number Error : DocNumber=7', 'duplicate_number'],
    ['6240', 'The name supplied already exists.', 'duplicate_name'],
    ['6240', 'DocNumber=1037 is assigned to TxnType=Invoice', 'duplicate_number'],
    ['6450', '', 'payment_applied'],
    ['6540', '', 'deposited'],
    ['9999', '', 'validation'],
  ])('%s %j is %s', (code, detail, want) => {
    expect(failureClassOf({ status: 400, faults: [fault(code, detail)] })).toBe(want);
  });

  // QuickBooks speaks the language of the company; codes, and the parts of a text that are data, do not.
  it.each<[string, string, string, FailureClass]>([
    ['French', '6140', 'Le numéro est déjà utilisé. DocNumber=7 TxnId=130', 'duplicate_number'],
    ['Spanish', '6210', 'Número de documento duplicado: TxnId=130', 'duplicate_number'],
    ['Spanish', '6210', 'El período contable está cerrado', 'period_closed'],
    ['German', '6200', 'Der Buchungszeitraum ist abgeschlossen', 'period_closed'],
    ['French', '6240', 'Le nom fourni existe déjà', 'duplicate_name'],
    ['German', '6240', 'Die Belegnummer ist vergeben: DocNumber=1037', 'duplicate_number'],
    // Whether it passes only English text tells: what nobody can read is not tried for ever.
    ['French', '6000', 'Veuillez réessayer dans quelques minutes', 'validation'],
    ['German', '5010', 'Ein anderer Benutzer hat dies geändert', 'conflict'],
    ['Spanish', '6540', 'Esta transacción ya se depositó', 'deposited'],
  ])('in %s, %s %j is %s', (_, code, detail, want) => {
    expect(failureClassOf({ status: 400, faults: [fault(code, detail)] })).toBe(want);
  });

  it('is one the policy has a rule for, whatever QuickBooks says and in whichever order', () => {
    const codes = fc.oneof(
      fc.constantFrom(
        '610',
        '2020',
        '5010',
        '6000',
        '6140',
        '6190',
        '6200',
        '6210',
        '6240',
        '6540',
      ),
      fc.constantFrom('3001', '3200', '10000', 'unknown', '', '__proto__', 'constructor'),
      fc.string(),
    );
    const texts = fc.oneof(fc.string(), fc.constantFrom('Please try again.', 'TxnId=1', 'closed'));
    const faults = fc.array(
      fc
        .tuple(codes, texts, fc.constantFrom('ValidationFault', 'SystemFault', 'SERVICE'))
        .map(([code, detail, type]) => fault(code, detail, type)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(faults, fc.constantFrom(200, 400, 401, 403, 500, 503), (found, status) => {
        const first = failureClassOf({ status, faults: found });
        expect(Object.keys(FAILURE_POLICY)).toContain(first);
        expect(failureClassOf({ status, faults: [...found].reverse() })).toBe(first);
      }),
      { numRuns: 500 },
    );
  });

  it('takes what has to be done first when a fault lists several errors', () => {
    const faults = [fault('2020'), fault('6140'), fault('2020')];
    expect(failureClassOf({ status: 400, faults })).toBe('duplicate_number');
  });

  it('does not wait for something else to pass when the data are wrong as well', () => {
    const faults = [fault('6000', 'Please try again.'), fault('2020')];
    expect(failureClassOf({ status: 400, faults })).toBe('validation');
  });

  it('holds a fault of the system for transient', () => {
    const faults = [fault('unknown', '', 'SystemFault')];
    expect(failureClassOf({ status: 500, faults })).toBe('transient');
    expect(failureClassOf({ status: 400, faults: [fault('10000')] })).toBe('transient');
  });
});

describe('the class of an error', () => {
  const refusal = { status: 400, faults: [fault('5010')], intuitTid: null };
  it.each<[string, Error, FailureClass | undefined]>([
    ['busy lane', new LaneBusy({ waitMs: 10, paused: false }), 'throttled'],
    ['throttle', new Throttled({ pauseMs: 60_000, throttledSince: null }), 'throttled'],
    ['reconnect', new ReconnectNeeded('no_tokens'), 'auth'],
    ['outage', new QuickBooksUnavailable({ status: 503, cause: 'html' }), 'transient'],
    ['refusal', new QuickBooksRefusal(refusal), 'conflict'],
    ['fence', new FencedOff(), undefined],
    ['anything else', new Error('x'), undefined],
  ])('of a %s', (_, error, want) => {
    expect(failureClassOfError(error)).toBe(want);
  });

  it('shows no customer data where an error is printed', () => {
    const faults = [fault('5010', 'You and canary-person were working on this')];
    const error = new QuickBooksRefusal({ status: 400, faults, intuitTid: '1-2' });
    expect(`${JSON.stringify(error)} ${error.stack} ${Object.values(error)}`).not.toContain(
      'canary',
    );
    expect(error.faults).toEqual(faults);
  });
});

describe('hints in the text', () => {
  it('tells what is missing', () => {
    const missing = fault('2500', 'Invalid Reference Id : Accounts element id 42 not found');
    expect(brokenReferenceOf(missing)).toEqual({ list: 'Accounts', id: '42', inactive: false });
    const inactive = fault('2500', "Something you're trying to use has been made inactive.");
    expect(brokenReferenceOf(inactive)).toEqual({ list: null, id: null, inactive: true });
    expect(brokenReferenceOf(fault('6140'))).toBeUndefined();
  });

  it('tells who holds a number', () => {
    const taken = fault('6140', 'DocNumber=1 is assigned to TxnType=Invoice with TxnId=130');
    expect(takenNumberOf(taken)).toEqual({ txnId: '130' });
    expect(takenNumberOf(fault('6140'))).toBeUndefined();
  });
});
