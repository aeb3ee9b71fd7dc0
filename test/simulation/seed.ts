import type fc from 'fast-check';
import type { Connection } from '../../src/ledger/connections.js';
import type { Ledger } from '../../src/ledger/open.js';
import { openDispatcher } from '../../src/queue/dispatch.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { externalIdOf, SimulatedApp } from './app.js';
import { Dice } from './dice.js';
import { gatedLedger } from './gated-ledger.js';
import { emptyLedger, type Ground, isQuiet } from './ground.js';
import { DOCUMENTS_MAX, type Happening, QUICKBOOKS_FAULTS, type Scenario } from './happenings.js';
import { LossyQueue } from './lossy-queue.js';
import { Stage } from './stage.js';
import { connected, grant, openCompany } from './tenant.js';
import { Thread } from './thread.js';
import { VirtualTime } from './virtual-time.js';
import { ADMISSION, SimulatedWorker, type WorkParts } from './workers.js';

/** One seed from its beginning until nothing happens in it any more. */
export class Seed {
  readonly logLines: string[] = [];
  /** Invoices that a person removed or voided in QuickBooks, by externalId. */
  readonly touched = new Map<string, 'edit' | 'delete' | 'void'>();
  kills = 0;
  /** Calls that a lost lease or a stop may have ended between being noted and leaving. */
  cuts = 0;
  readonly #workers: SimulatedWorker[] = [];
  readonly #stopped: SimulatedWorker[] = [];
  #born = 0;

  private constructor(
    readonly scenario: Scenario,
    readonly ground: Ground,
    readonly simulator: Simulator,
    readonly stage: Stage,
    readonly time: VirtualTime,
    readonly dice: Dice,
    readonly queue: LossyQueue,
    readonly gated: Ledger,
    readonly connection: Connection,
    readonly realmId: string,
    readonly app: SimulatedApp,
  ) {}

  static async begin(
    ground: Ground,
    {
      scenario,
      scheduler,
      chances,
    }: { scenario: Scenario; scheduler: fc.Scheduler; chances: Iterator<number> },
  ): Promise<Seed> {
    const time = new VirtualTime(ground.ledger.sql);
    const dice = new Dice(chances);
    await time.begin();
    await emptyLedger(ground.ledger);
    const simulator = await startSimulator({
      clock: () => time.nowMs,
      random: dice.random,
      limits: { on: false },
      behaviours: {
        refuseDuplicateNumbers: scenario.refusesNumbers,
        // A little longer than it is trusted.
        ...(scenario.forgetful ? { requestidRetentionMs: 310_000 } : {}),
      },
    });
    const realmId = openCompany(simulator);
    const business = { ...ground.ledger, clock: time.clock };
    const connection = await connected(business, simulator, realmId, scenario, time);
    const stage = new Stage(scheduler, ground.countLockWaits);
    const gated = gatedLedger(business, stage, scenario);
    const queue = new LossyQueue(stage, time, dice, scenario.queue);
    const dispatcher = openDispatcher({
      ledger: gated,
      queue,
      limits: ADMISSION,
      log: () => undefined,
    });
    const app = new SimulatedApp({ ledger: gated, stage, dispatcher, connection });
    const seed = new Seed(
      scenario,
      ground,
      simulator,
      stage,
      time,
      dice,
      queue,
      gated,
      connection,
      realmId,
      app,
    );
    ground.wire.begin({
      stage,
      time,
      dice,
      weather: scenario.wire,
      target: simulator.url,
      callerOf: (name) => seed.#threadOf(name),
    });
    for (let count = 0; count < scenario.workers; count += 1) seed.#bearWorker();
    return seed;
  }

  /** Everything that is to happen, among the steps of everybody. */
  async play(): Promise<void> {
    for (const { after, what } of this.scenario.happenings) {
      await this.#steps(after);
      await this.happen(what);
    }
  }

  async #steps(most: number): Promise<void> {
    for (let step = 0; step < most; step += 1) {
      if (!(await this.#step())) return;
    }
  }

  /** One step of somebody; false: nobody has anything to do. */
  async #step(): Promise<boolean> {
    this.#handOut();
    return this.stage.step();
  }

  /** Steps until nobody has anything to do at this moment. */
  async run(): Promise<void> {
    for (let step = 0; await this.#step(); step += 1) {
      if (step > STEPS_MAX) throw new Error(`It goes on and on: ${this.stage.told()}`);
    }
  }

  /** All faults are over; the network and the queue keep what they promise. */
  async calm(): Promise<void> {
    this.ground.wire.calm();
    this.queue.calm();
    this.simulator.control.removeFaults();
    await this.happen({ do: 'reconnect' });
  }

  /** Lets time pass and sweeps run until nothing is left to be done. */
  async quieten(): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      await this.run();
      await this.happen({ do: 'sweep', worker: 0 });
      await this.run();
      if (this.ground.wire.isEmpty && (await isQuiet(this.ground.ledger))) return;
      await this.happen({ do: 'move', ms: round % 4 === 3 ? 660_000 : 45_000 });
    }
  }

  /** A person retries all that failed, now that nothing goes wrong any more. */
  async retryFailed(): Promise<void> {
    const failed = await this.ground.ledger.sql<{ id: number }[]>`
      select id from documents where status = 'failed' and dependency_key is null order by id`;
    if (failed.length === 0) return;
    this.app.retryAll(failed.map(({ id }) => id));
    await this.quieten();
  }

  async happen(what: Happening): Promise<void> {
    switch (what.do) {
      case 'state':
        return this.app.state(what.document, what.customer);
      case 'stateMany': {
        const numbers = Array.from(
          { length: what.count },
          (_, index) => (what.from + index) % DOCUMENTS_MAX,
        );
        return this.app.stateMany(numbers, what.customer);
      }
      case 'withdraw':
        return this.app.withdraw(what.document, what.mode);
      case 'retry':
        return this.app.retry(what.document);
      case 'edit':
      case 'delete':
      case 'void':
        return this.#touch(what.do, externalIdOf(what.document));
      case 'fault': {
        const fault = QUICKBOOKS_FAULTS[what.fault];
        if (fault !== undefined) this.simulator.control.addFault({ ...fault, count: what.count });
        return;
      }
      case 'kill':
        return this.#kill(what.worker);
      case 'stop':
        return this.#stop(what.worker);
      case 'sweep':
        return this.#workerAt(what.worker).sweep();
      case 'move':
        return this.#move(what.ms);
      case 'reconnect':
        return this.#reconnect();
      case 'flushQueue':
        return this.queue.flush();
      case 'goOn':
        return this.#steps(GO_ON_STEPS);
    }
  }

  async end(): Promise<void> {
    this.stage.close();
    this.time.end();
    await Promise.all([this.simulator.close()]);
  }

  /** The customer walks through Intuit's pages again. */
  #reconnect(): void {
    const thread = new Thread('reconnect');
    this.stage.start(thread, async () => {
      await this.stage.gate(thread, 'comes back');
      await grant(this.gated, this.simulator, this.connection.id, this.realmId, this.time);
    });
  }

  #handOut(): void {
    for (const worker of this.#workers) {
      if (!worker.isIdle) continue;
      const pushId = this.queue.next();
      if (pushId === undefined) return;
      worker.work(pushId);
    }
  }

  async #move(ms: number): Promise<void> {
    for (const { owner, callback } of await this.time.move(ms)) {
      this.cuts += 1;
      this.stage.startBeside(`renewal of ${owner.name}`, owner, callback);
    }
    this.ground.wire.deliverLate();
    await this.stage.breathe();
  }

  #bearWorker(): void {
    this.#born += 1;
    const { gated, stage, time, queue, dice, ground } = this;
    const parts: WorkParts = {
      ledger: gated,
      stage,
      time,
      queue,
      dice,
      urlFor: (name) => ground.wire.urlFor(name),
      log: (line) => this.logLines.push(JSON.stringify(line)),
    };
    const worker = new SimulatedWorker(`w${this.#born}`, parts);
    this.#workers.push(worker);
    worker.start();
  }

  /** It ends in its own time; another process takes its place. */
  async #stop(place: number): Promise<void> {
    const worker = this.#workerAt(place);
    this.cuts += 1;
    this.#workers.splice(this.#workers.indexOf(worker), 1);
    this.#stopped.push(worker);
    worker.stop();
    this.#bearWorker();
    await this.stage.breathe();
  }

  async #kill(place: number): Promise<void> {
    const worker = this.#workerAt(place);
    this.kills += 1;
    this.#workers.splice(this.#workers.indexOf(worker), 1);
    worker.kill();
    this.#bearWorker();
    await this.stage.breathe();
  }

  #threadOf(name: string): Thread | undefined {
    return [...this.#workers, ...this.#stopped].find((worker) => worker.name === name)?.thread;
  }

  #workerAt(place: number): SimulatedWorker {
    const worker = this.#workers[place % this.#workers.length];
    if (worker === undefined) throw new Error('There is no worker');
    return worker;
  }

  /** A person does something to an invoice in QuickBooks, if it is there. */
  #touch(what: 'edit' | 'delete' | 'void', externalId: string): void {
    const { control } = this.simulator;
    const found = control
      .objects(this.realmId, 'Invoice')
      .find(({ DocNumber }) => DocNumber === externalId.toUpperCase());
    const id = found?.['Id'];
    if (typeof id !== 'string') return;
    if (what === 'edit') {
      const changes = { CustomerMemo: { value: 'Thank you' } };
      control.act(this.realmId, { do: 'edit', entity: 'Invoice', id, changes });
    } else control.act(this.realmId, { do: what, entity: 'Invoice', id });
    if (this.touched.get(externalId) !== 'delete') this.touched.set(externalId, what);
  }
}

const GO_ON_STEPS = 150;
const STEPS_MAX = 20_000;
const ROUNDS_MAX = 60;
