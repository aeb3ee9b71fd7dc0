import type fc from 'fast-check';
import type { Connection } from '../../src/ledger/connections/connections.js';
import type { Ledger } from '../../src/ledger/database/open.js';
import { openDispatcher } from '../../src/queue/dispatch.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { retryFailed } from './aftermath.js';
import { externalIdOf, numbersFrom, SimulatedApp } from './app.js';
import { Crew } from './crew.js';
import { Dice } from './dice.js';
import { gatedLedger } from './gated-ledger.js';
import { emptyLedger, type Ground } from './ground.js';
import { type Happening, QUICKBOOKS_FAULTS, type Scenario } from './happenings.js';
import { LossyQueue } from './lossy-queue.js';
import { receivePayment, touchInvoice } from './person.js';
import { SimulatedPuller } from './puller.js';
import { Stage } from './stage.js';
import { connected, grant, openCompany } from './tenant.js';
import { Thread } from './thread.js';
import { type Sprung, Traps } from './traps.js';
import { VirtualTime } from './virtual-time.js';
import { ADMISSION, type SimulatedWorker, type WorkParts } from './workers.js';

/** One seed from its beginning until nothing happens in it any more. */
export class Seed {
  readonly logLines: string[] = [];
  /** Invoices that a person removed or voided in QuickBooks, by externalId. */
  readonly touched = new Map<string, 'edit' | 'delete' | 'void'>();
  /** Payments that a person received in QuickBooks, with the invoice each is for. */
  readonly received = new Map<string, string>();
  /** Calls that a lost lease or a stop may have ended between being noted and leaving. */
  cuts = 0;
  readonly crew: Crew;
  readonly puller: SimulatedPuller;
  readonly #traps = new Traps();

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
  ) {
    const parts: WorkParts = {
      ledger: gated,
      stage,
      time,
      queue,
      dice,
      urlFor: (name) => ground.wire.urlFor(name),
      log: (line) => this.logLines.push(JSON.stringify(line)),
    };
    this.crew = new Crew(queue, parts);
    this.puller = new SimulatedPuller(parts, connection);
  }

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
        ...(scenario.forgetful ? { requestidRetentionMs: FORGOTTEN_MS } : {}),
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
      callerOf: (name) => seed.puller.threadOf(name) ?? seed.crew.threadOf(name),
    });
    stage.onGate = seed.#traps.hear;
    for (let count = 0; count < scenario.workers; count += 1) seed.crew.bear();
    return seed;
  }

  /** Everything that is to happen, among the steps of everybody. */
  async play(): Promise<void> {
    for (const { after, what } of this.scenario.happenings) {
      await this.#steps(after);
      await this.happen(what);
    }
    for (let round = 0; round < this.scenario.stormRounds; round += 1) {
      await this.#steps(STORM_STEPS);
      await this.happen({ do: 'move', ms: this.dice.oneOf([31_000, 140_000, 660_000]) });
      await this.happen({ do: 'sweep', worker: 0 });
    }
  }

  async #steps(most: number): Promise<void> {
    for (let step = 0; step < most; step += 1) {
      if (!(await this.#step())) return;
    }
  }

  /** One step of somebody; false: nobody has anything to do. */
  async #step(): Promise<boolean> {
    this.crew.handOut();
    const went = await this.stage.step();
    for (let sprung = this.#traps.next(); sprung !== undefined; sprung = this.#traps.next()) {
      await this.#spring(sprung);
    }
    return went;
  }

  /** What a trap does to the worker in it; then its lease runs out, and others take over. */
  async #spring({ act, thread }: Sprung): Promise<void> {
    const { crew, dice } = this;
    const worker = crew.workerIn(thread);
    if (worker === undefined || worker.isFrozen) return;
    if (act === 'freeze') {
      crew.freeze(worker);
      // Whoever takes over may end in doubt: then a late word of this one does the most harm.
      const moment = dice.oneOf(['isAnswered', 'storesAnswer', 'leaves'] as const);
      if (dice.happens(0.7)) this.#traps.set({ moment, skip: 0, act: 'kill' });
    } else await this.#end(worker, act);
    await this.happen({ do: 'move', ms: dice.oneOf([3_000, 31_000, 70_000, 70_000]) });
    await this.happen({ do: 'sweep', worker: 0 });
    await this.#steps(Math.floor((0.5 + dice.random() / 2) * GO_ON_STEPS));
    if (act !== 'freeze') return;
    worker.thaw();
    // What it was at may go on before its timers ring.
    if (dice.happens(0.5)) await this.#steps(AWAKE_STEPS);
    await this.#move(0);
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
    this.#traps.clear();
    this.crew.thaw();
    this.simulator.control.removeFaults();
    await this.happen({ do: 'reconnect' });
  }

  async happen(what: Happening): Promise<void> {
    switch (what.do) {
      case 'state':
        return this.app.state(what.document, what.customer);
      case 'stateMany':
        return this.app.stateMany(numbersFrom(what.from, what.count), what.customer);
      case 'withdraw':
        return this.app.withdraw(what.document, what.mode);
      case 'retry':
        return this.app.retry(what.document);
      case 'retryAll':
        return retryFailed(this);
      case 'pay':
        return this.app.pay(what.document);
      case 'receive':
        return this.#receive(what.place);
      case 'pull':
        return this.puller.pull();
      case 'settings':
        return this.app.changeSettings({
          provenanceMark: what.marked,
          unknownOutcome: { first: what.first },
        });
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
      case 'stop':
        return this.#end(this.crew.at(what.worker), what.do);
      case 'sweep':
        return this.crew.at(what.worker).sweep();
      case 'trap':
        return this.#traps.set(what.trap);
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
    await this.simulator.close();
  }

  /** The customer walks through Intuit's pages again. */
  #reconnect(): void {
    const thread = new Thread('reconnect');
    this.stage.start(thread, async () => {
      await this.stage.gate(thread, 'comes back');
      await grant(this.gated, this.simulator, this.connection.id, this.realmId, this.time);
    });
  }

  /** Time passes, and what reaches QuickBooks late does so at its own moment. */
  async #move(ms: number): Promise<void> {
    const { time, ground, stage } = this;
    for (let leftMs = ms; ; ) {
      const untilLateMs = (ground.wire.nextLateMs ?? Number.POSITIVE_INFINITY) - time.nowMs;
      const stepMs = Math.max(0, Math.min(leftMs, untilLateMs));
      for (const { owner, callback } of await time.move(stepMs)) {
        this.cuts += 1;
        stage.startBeside(`renewal of ${owner.name}`, owner, callback);
      }
      await ground.wire.deliverLate();
      leftMs -= stepMs;
      if (leftMs === 0 && untilLateMs > 0) break;
    }
    await stage.breathe();
  }

  async #end(worker: SimulatedWorker, how: 'kill' | 'stop'): Promise<void> {
    if (how === 'stop') this.cuts += 1;
    this.crew[how](worker);
    await this.stage.breathe();
  }

  /** Later, where no invoice is open yet. */
  async #receive(place: number): Promise<void> {
    const receive = () => receivePayment(this.simulator, this.realmId, place);
    let paid = receive();
    if (paid === undefined) {
      await this.#steps(2 * GO_ON_STEPS);
      paid = receive();
    }
    if (paid !== undefined) this.received.set(paid.payment, paid.number.toLowerCase());
  }

  #touch(what: 'edit' | 'delete' | 'void', externalId: string): void {
    const { simulator, realmId, touched } = this;
    if (!touchInvoice(simulator, realmId, what, externalId.toUpperCase())) return;
    if (touched.get(externalId) !== 'delete') touched.set(externalId, what);
  }
}

/** As long as it is trusted, and as long as a replay may be on its way then. */
const FORGOTTEN_MS = 300_000 + 130_000;
const GO_ON_STEPS = 150;
const STORM_STEPS = 60;
const AWAKE_STEPS = 12;
const STEPS_MAX = 20_000;
