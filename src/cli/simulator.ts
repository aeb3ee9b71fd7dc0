import { runSimulator as startSimulator } from '../simulator/start.js';
import { Refusal } from './refusal.js';

/** `qbo-sync simulator`: until Ctrl-C. Prints `simulator ready http://127.0.0.1:<port>`. */
export async function runSimulator(o: { port: number; data?: string }): Promise<never> {
  const asked = new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
  });
  const options = { port: o.port, ...(o.data === undefined ? {} : { dataFile: o.data }) };
  const simulator = await startSimulator(options).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new Refusal(`Port ${o.port} is taken. Choose another one with --port.`);
    }
    throw error;
  });
  await asked;
  await simulator.close();
  process.exit(0);
}
