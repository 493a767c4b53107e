import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../../src/ir/plan-schema.ts';
import { openDelegation } from '../../../src/runtime/delegation-file.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

/** As a run reads it when what is wrong with it has been so for long enough. */
async function reading(delegation: string): Promise<unknown> {
  const runtime = { grants: { delegation, digest: 'd', delegations: [] } } as unknown as DeploymentPlan['runtime'];
  let now = 0;
  const read = await openDelegation({ ...(runtime ? { runtime } : {}) }, { sourceFolder: temp.path }, () => {
    now += 1_000;
    return now;
  });
  read();
  return read();
}

describe('004-4: the file of the delegations while a run goes on', () => {
  it('says in which line it cannot be read', async () => {
    writeFileSync(join(temp.path, 'broken.yaml'), 'delegations:\n  - { id: a, subject: "*" \n  gates: [x\n');
    expect(await reading('broken.yaml')).toEqual({ fault: expect.stringMatching(/^line [234]: ./) });
    writeFileSync(join(temp.path, 'lacks.yaml'), 'delegations:\n  - id: a\n    subject: nobody\n');
    expect(await reading('lacks.yaml')).toEqual({ fault: expect.stringMatching(/^line [23]: ./) });
  });

  it('is no folder, whether it is the scenario’s own or another one', async () => {
    mkdirSync(join(temp.path, 'sub'));
    for (const name of ['.', './', 'sub']) expect(await reading(name)).toEqual({ fault: 'it is a folder' });
    expect(await reading('..')).toEqual({ fault: "it lies outside of the scenario's tree" });
    expect(await reading('none.yaml')).toEqual({ fault: 'there is no such file' });
  });
});
