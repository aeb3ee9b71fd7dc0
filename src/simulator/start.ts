/** The simulator as a program: sample companies, one line when it is ready. */

import { type CompanyOptions, type Simulator, startSimulator } from './index.js';

export interface RunOptions {
  /** Default 4010. */
  port?: number;
  /** Keeps the state in this file over restarts. */
  dataFile?: string;
}

/** Companies of a fresh start. Their realm ids never change. */
export const SAMPLE_COMPANIES: readonly CompanyOptions[] = [
  { realmId: '4620816365000001', country: 'US', plan: 'plus' },
  { realmId: '4620816365000002', country: 'GB', plan: 'plus' },
  { realmId: '4620816365000003', country: 'US', plan: 'essentials' },
  { realmId: '4620816365000004', country: 'US', plan: 'simple_start' },
];

const DEFAULT_PORT = 4010;

/** Starts, and prints `simulator ready http://127.0.0.1:4010` on stdout. */
export async function runSimulator(options: RunOptions = {}): Promise<Simulator> {
  const { port = DEFAULT_PORT, dataFile } = options;
  const simulator = await startSimulator({
    port,
    companies: SAMPLE_COMPANIES,
    ...(dataFile === undefined ? {} : { dataFile }),
  });
  process.stdout.write(`simulator ready ${simulator.url}\n`);
  return simulator;
}
