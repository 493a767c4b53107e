import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hostSources, unlocked } from '../../../../src/runtime/workspaces/host-sources.ts';
import type { RunCopy } from '../../../../src/runtime/workspaces/run-copies.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

describe('a source that cannot be taken', () => {
  it.each(['gone', 'file/below'])('since it was moved away is told so, with what helps: %s', async (name) => {
    writeFileSync(join(temp.path, 'file'), '');
    const source = join(temp.path, name);
    const sources = hostSources({ stateDir: temp.path, run: 'r', env: {} });
    expect(await sources.lock({ source } as RunCopy)).toEqual({
      fault: {
        code: 'workspace_unreadable',
        message: `the source \`${source}\` is not there any more: it was moved or removed since its copy was made`,
        remedy: 'put it back where it was; its copy is as it was, and nothing of it is lost',
      },
    });
  });

  it('for another reason is told by that, in words', () => {
    const error = Object.assign(new Error('EACCES: x'), { code: 'EACCES', syscall: 'mkdir' });
    expect(unlocked({ source: '/src' }, error)).toMatchObject({
      message: 'the source `/src` cannot be taken: permission denied',
    });
    expect(() => unlocked({ source: '/src' }, new Error('a bug'))).toThrow('a bug');
  });
});
