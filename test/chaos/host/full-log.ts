import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect } from '@jest/globals';
import { guardProcess } from '../../../src/embedded/guard.js';
import { builtProgram } from '../../support/built-programs.js';
import { waitForStatus } from '../../support/journey.js';
import type { SalesCompany } from '../../support/sales-company.js';
import type { ChaosHouse } from '../house.js';
import { row } from '../row.js';

/** F44: no space is left for the log. `/dev/full` answers each write as such a disk does. */
export function fullLog(house: () => ChaosHouse, company: () => SalesCompany): void {
  row(
    'F44',
    async () => {
      const at = company();
      const worker = startWithFullLog(house());
      try {
        await at.invoice('F44-LOG');
        await waitForStatus(house(), at.id, 'invoice', 'F44-LOG', 'synced');
        await house().check();
        worker.child.kill('SIGTERM');
        expect(await worker.ended).toEqual([0, null]);
      } finally {
        worker.child.kill('SIGKILL');
        await worker.ended;
      }
    },
    'for the log',
  );
}

function startWithFullLog({ environment }: ChaosHouse) {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [builtProgram('qbo-sync'), 'worker'], {
    env: { PATH: process.env['PATH'], WORKER_PORT: '0', ...environment },
    cwd: tmpdir(),
    stdio: ['ignore', full, full],
  });
  closeSync(full);
  if (child.pid === undefined) throw new Error('Node cannot be run.');
  const guard = guardProcess(child.pid, {});
  const ended = once(child, 'exit').finally(() => guard.release());
  return { child, ended };
}
