import { expect, it } from 'vitest';
import type { Cli } from '../../../src/app/cli.ts';
import { watchChecks } from '../../../src/cli/check-watch.ts';

it('a process that checks again and again has V8 as it is: its rounds tell nobody how much they read', async () => {
  const seen: string[][] = [];
  const cli = { cwd: '/', onBytes: () => {} } as unknown as Cli;
  const check = async (round: Cli): Promise<number> => {
    seen.push(Object.keys(round));
    throw new Error('it is enough');
  };
  await expect(watchChecks(cli, true, check)).rejects.toThrow('it is enough');
  expect(seen).toEqual([expect.arrayContaining(['cwd', 'looked'])]);
  expect(seen[0]).not.toContain('onBytes');
});
