import type { Ledger, Sql, Transaction } from '../../src/ledger/database/open.js';
import type { Stage } from './stage.js';
import { currentThread, Killed, never, type Thread } from './thread.js';

export interface GateOptions {
  /** Whether each statement of a transaction has a gate of its own, or only its beginning. */
  withinTransactions: boolean;
}

/** The ledger with a gate before every statement of every thread; the test's own ones pass. */
export function gatedLedger(ledger: Ledger, stage: Stage, options: GateOptions): Ledger {
  return { ...ledger, sql: gatedSql(ledger.sql, stage, options) };
}

function gatedSql(sql: Sql, stage: Stage, options: GateOptions): Sql {
  const begin = gatedBegin(sql, stage, options);
  return new Proxy(sql, {
    apply: (target, _, args) => {
      const thread = currentThread();
      const made: unknown = Reflect.apply(target, undefined, args);
      if (thread === undefined) return made;
      return gatedStatement(made, args, (work, label) => statement(stage, thread, work, label));
    },
    get: (target, name) => (name === 'begin' ? begin : Reflect.get(target, name)),
  });
}

async function statement<T>(
  stage: Stage,
  thread: Thread,
  work: () => PromiseLike<T>,
  label: string,
): Promise<T> {
  await stage.gate(thread, label);
  return stage.execute(thread, work, { connection: {} });
}

type Begin = (work: (tx: Transaction) => Promise<unknown>) => Promise<unknown>;

function gatedBegin(sql: Sql, stage: Stage, options: GateOptions): Begin {
  const { begin }: { begin: Begin } = sql;
  return async (work) => {
    const thread = currentThread();
    if (thread === undefined) return begin(work);
    await stage.gate(thread, 'begin');
    try {
      return await transaction(begin, stage, thread, options, work);
    } catch (error) {
      if (error instanceof Killed) return never();
      throw error;
    }
  };
}

/** What is under way is its statements, not the transaction: in between its thread computes. */
async function transaction(
  begin: Begin,
  stage: Stage,
  thread: Thread,
  { withinTransactions }: GateOptions,
  work: (tx: Transaction) => Promise<unknown>,
): Promise<unknown> {
  const pass = async (label: string) => {
    if (withinTransactions) await stage.gate(thread, label);
  };
  const under = new UnderWay(stage, thread);
  under.begin();
  try {
    return await begin(async (tx) => {
      under.end();
      const gated = new Proxy(tx, {
        apply: (target, _, args) => {
          const made: unknown = Reflect.apply(target, undefined, args);
          return gatedStatement(made, args, async (run, label) => {
            await pass(label);
            return stage.execute(thread, run, { connection: under });
          });
        },
        get: (target, name) => Reflect.get(target, name),
      });
      const result = await thread.untilKilled(
        work(gated).then(async (value) => {
          await pass('commit');
          return value;
        }),
      );
      under.begin();
      return result;
    });
  } finally {
    under.end();
  }
}

/** BEGIN and COMMIT, which no statement of ours stands for. */
class UnderWay {
  #end: (() => void) | undefined;

  constructor(
    private readonly stage: Stage,
    private readonly thread: Thread,
  ) {}

  begin(): void {
    const done = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    void this.stage.execute(this.thread, () => done, { connection: this });
  }

  end(): void {
    this.#end?.();
    this.#end = undefined;
  }
}

/**
 * A statement that is sent when it is awaited, through a gate. What is no statement (a name, a list
 * of values) is answered as it is, and so is what becomes part of another statement.
 */
function gatedStatement(
  made: unknown,
  args: readonly unknown[],
  run: (work: () => PromiseLike<unknown>, label: string) => Promise<unknown>,
): unknown {
  const [strings] = args;
  if (!isTemplate(strings) || !isStatement(made)) return made;
  let sent: Promise<unknown> | undefined;
  const send = () => {
    sent ??= run(() => made, labelOf(strings));
    return sent;
  };
  return new Proxy(made, {
    get(target, name) {
      if (name === 'then') return (...o: Parameters<Promise<unknown>['then']>) => send().then(...o);
      if (name === 'catch')
        return (...o: Parameters<Promise<unknown>['catch']>) => send().catch(...o);
      if (name === 'finally')
        return (...o: Parameters<Promise<unknown>['finally']>) => send().finally(...o);
      return Reflect.get(target, name, target);
    },
  });
}

function isTemplate(value: unknown): value is TemplateStringsArray {
  return Array.isArray(value) && 'raw' in value;
}

function isStatement(value: unknown): value is object & PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

const LABEL_LENGTH = 48;

function labelOf(strings: TemplateStringsArray): string {
  return strings.join('?').replace(/\s+/g, ' ').trim().slice(0, LABEL_LENGTH);
}
