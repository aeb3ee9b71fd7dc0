import type { Ledger } from '../../src/ledger/database/open.js';
import { at, sorted } from './figures.js';

/** What apps are told of. */
export type Arriving = 'contact.imported' | 'payment.recorded';

/** Something that was made in QuickBooks, and when, on the clock that is moved. */
export interface Made {
  connectionId: string;
  what: Arriving;
  quickbooksId: string;
  madeAtMs: number;
}

/** How long what is made in QuickBooks takes until an event tells its app, on the clock that is moved. */
export class Arrivals {
  readonly #expected = new Map<string, Made>();
  readonly #tookMs: Record<Arriving, number[]> = { 'contact.imported': [], 'payment.recorded': [] };
  /** The last transaction whose events were looked at. */
  #read = 0;

  constructor(
    private readonly ledger: Ledger,
    private readonly appId: string,
  ) {}

  /** What came before is not measured. */
  async begin(): Promise<void> {
    await this.note(0);
    this.#expected.clear();
    for (const took of Object.values(this.#tookMs)) took.length = 0;
  }

  expect(made: Made): void {
    this.#expected.set(keyOf(made), made);
  }

  /** Looks what events were written by now. */
  async note(nowMs: number): Promise<void> {
    if (this.#expected.size === 0) return;
    // No run writes while this is asked, so that transactions tell what is new.
    const events = await this.ledger.sql<
      { mark: number; connectionId: string; what: Arriving; quickbooksId: string }[]
    >`
      select transaction::float8 as mark, connection_id, type as what, record_id as quickbooks_id
      from events where app_id = ${this.appId} and transaction > ${this.#read}
      order by transaction`;
    for (const event of events) {
      this.#read = event.mark;
      const made = this.#expected.get(keyOf(event));
      if (made === undefined) continue;
      this.#expected.delete(keyOf(made));
      this.#tookMs[made.what].push(nowMs - made.madeAtMs);
    }
  }

  /** Seconds, the half of them and the longest, and how many have come and how many have not yet. */
  figures(what: Arriving): { count: number; p50: number; max: number; open: number } {
    const took = sorted(this.#tookMs[what]);
    const open = [...this.#expected.values()].filter((made) => made.what === what).length;
    return { count: took.length, p50: at(took, 0.5) / 1_000, max: at(took, 1) / 1_000, open };
  }
}

function keyOf({ connectionId, what, quickbooksId }: Omit<Made, 'madeAtMs'>): string {
  return `${connectionId} ${what} ${quickbooksId}`;
}
