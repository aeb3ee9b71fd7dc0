import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, it } from '@jest/globals';
import { eachWholeLine } from './whole-lines.js';

it('takes lines as they end, whatever they come in, and none that was cut off', async () => {
  const output = new PassThrough();
  const taken: string[] = [];
  eachWholeLine(output, (line) => void taken.push(line));

  for (const part of ['{"a":', '1}\n{"b":2}\n', '\n{"c"', ':3']) output.write(part);
  output.end();
  await finished(output);

  expect(taken).toEqual(['{"a":1}', '{"b":2}', '']);
});
