import type { Reads } from '../qbo/reads.js';

/** Reads that know how many of them were answered: what a run says of its cost. */
export interface CountedReads extends Reads {
  /** How many since the last time this was asked. */
  taken(): number;
}

export function countedReads(reads: Reads): CountedReads {
  let answered = 0;
  async function counted<Answer>(asked: Promise<Answer>): Promise<Answer> {
    const answer = await asked;
    answered += 1;
    return answer;
  }
  return {
    read: (companyId, path, o) => counted(reads.read(companyId, path, o)),
    query: (companyId, query, o) => counted(reads.query(companyId, query, o)),
    count: (companyId, query, o) => counted(reads.count(companyId, query, o)),
    queryBatch: (companyId, queries, o) => counted(reads.queryBatch(companyId, queries, o)),
    taken() {
      const taken = answered;
      answered = 0;
      return taken;
    },
  };
}
