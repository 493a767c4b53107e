/**
 * What a run does with a copy, as a process of its own that can be killed: merge, stage, write down, apply, write down, clear. A second call
 * goes on from what is written down. Prints what became of it.
 *
 *     node finalize-program.mjs BASE TARGET COPY RECORD [stage|revert]
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { atomicWrite } from '../../../src/adapters/files/atomic-write.ts';
import { apply, revert } from '../../../src/adapters/sync/apply.ts';
import { removeStaged, type Staged, stage } from '../../../src/adapters/sync/stage.ts';
import type { Merge } from '../../../src/ir/workspace.ts';
import { threeWay } from '../../../src/plan/workspaces/three-way.ts';
import { treeAt } from './files.ts';

const [base = '', target = '', copy = '', record = '', only] = process.argv.slice(2);
const [intent, outcome] = [join(record, 'intent.json'), join(record, 'outcome.json')];
const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

async function main(): Promise<object> {
  if (!existsSync(intent)) {
    const merge = threeWay(treeAt(base), treeAt(target), treeAt(copy), 'keep_local');
    const staging = await stage({ copyRoot: copy, target, merge, name: 'swept' });
    if ('fault' in staging) return staging;
    atomicWrite(intent, JSON.stringify({ merge, staged: staging.staged }));
  }
  const { merge, staged } = read<{ merge: Merge; staged: Staged }>(intent);
  if (only === 'stage') return {};
  if (only === 'revert') return revert({ target, staged, merge });
  if (!existsSync(outcome)) {
    const applied = await apply({ target, staged, merge });
    if ('fault' in applied) return applied;
    atomicWrite(outcome, JSON.stringify(applied));
  }
  removeStaged(staged);
  return read(outcome);
}

process.stdout.write(`${JSON.stringify(await main())}\n`);
