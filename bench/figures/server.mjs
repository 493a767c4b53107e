import { appendFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeSmall } from '../../scripts/small-scenario.mjs';
import { writeBinaryTree, writeFiles } from '../scenarios.mjs';
import { idle, once, paired } from '../support/processes.mjs';

/** Rounds until the server's code is as fast as it gets. */
const WARM = 30;

/** A whole process of `check` that asks a check server of its own, before each of which `edit` changes something. */
function throughServer(folder, headgate, input, edit = () => {}) {
  const runtime = join(folder, 'runtime');
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  const env = { HEADGATE_SERVER: '1', XDG_RUNTIME_DIR: runtime };
  const check = [...headgate, 'check', input];
  try {
    once(check, { env });
    // The first one starts the server when it has ended.
    const isThere = () => readdirSync(join(runtime, 'headgate')).some((name) => name.endsWith('.sock'));
    while (!isThere()) once(idle);
    for (let round = 0; round < WARM; round++) {
      edit();
      once(check, { env });
    }
    return paired([idle, check], 15, { env, before: edit })[1];
  } finally {
    once([...headgate, 'server', 'stop'], { env });
  }
}

const comment = (file) => () => appendFileSync(file, '// edited\n');

/** What editors and hooks feel. */
export const figures = [
  {
    name: 'check, 3 components, through a server',
    goal: 60,
    measure: (folder, headgate) => throughServer(folder, headgate, writeSmall(join(folder, 'asked'))),
  },
  {
    name: 'check, 500 components after an edit, through a server',
    goal: 50,
    measure: (folder, headgate) => {
      const input = writeBinaryTree(join(folder, 'edited'), 500, 'json5');
      return throughServer(folder, headgate, input, comment(input));
    },
  },
  {
    name: 'check, 500 files after an edit, through a server',
    goal: 50,
    measure: (folder, headgate) => {
      const input = writeFiles(join(folder, 'edited-files'), 500, 1);
      return throughServer(folder, headgate, input, comment(input));
    },
  },
];
