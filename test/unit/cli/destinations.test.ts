import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkDestinations, notWritable } from '../../../src/cli/output.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
mkdirSync(join(temp.path, 'folder'));
writeFileSync(join(temp.path, 'file'), '');
symlinkSync('circle', join(temp.path, 'circle'));
symlinkSync('nowhere', join(temp.path, 'new'));
const long = 'n'.repeat(300);

const found = async (shown: string, folder = false): Promise<readonly unknown[]> => {
  const destination = { path: join(temp.path, shown), shown, toStdout: false, folder };
  const diagnostics = await checkDestinations([destination], []);
  return diagnostics.map(({ message, help }) => [message.replace('; none of the outputs was written', ''), help]);
};

describe('an output that cannot be written', () => {
  it.each([
    ['none/x', false, 'there is no folder `none`', 'create the folder first, or give another path'],
    ['file/x', false, '`file` is not a folder', 'give a path through folders only'],
    ['file/x/y', false, '`file/x`: a part of its path is not a folder', 'give a path through folders only'],
    ['folder', false, 'it is a folder', 'give the path of a file'],
    ['file', true, 'it is not a folder', 'give the path of a folder'],
    ['circle', false, 'its symbolic links go round in a circle', 'remove one of the links, or give another path'],
    ['circle', true, 'its symbolic links go round in a circle', 'remove one of the links, or give another path'],
    [
      'circle/x',
      false,
      '`circle`: its symbolic links go round in a circle',
      'remove one of the links, or give another path',
    ],
    [long, false, 'the name is too long', 'give a shorter one'],
    [`${long}/x`, false, `\`${long}\`: the name is too long`, 'give a shorter one'],
  ] as const)('%s (a folder: %s): %s', async (shown, folder, reason, remedy) => {
    expect(await found(shown, folder)).toEqual([[`cannot write \`${shown}\`: ${reason}`, remedy]]);
  });

  it.each([
    ['x', false],
    ['file', false],
    ['new', false],
    ['folder', true],
    ['x', true],
  ] as const)('is not %s (a folder: %s)', async (shown, folder) => {
    expect(await found(shown, folder)).toEqual([]);
  });

  it('for a reason that nobody has words for is told with it, and what to do', () => {
    const { message, help } = notWritable('x', Object.assign(new Error('the device fails'), { code: 'EIO' }));
    expect([message, help]).toEqual([
      'cannot write `x`: EIO the device fails; none of the outputs was written',
      'look at what is there, or write to another place',
    ]);
  });
});
