/** A process of its own that exports or imports, to be killed. Bundled by the test. */
import { exportTo } from '../../src/adapters/sync/git/export.ts';
import { importFrom } from '../../src/adapters/sync/git/import.ts';

const [what, root = '', copyRoot = '', base = 'null', id = 'run-1'] = process.argv.slice(2);
const end =
  what === 'export' ? await exportTo(root, copyRoot) : await importFrom({ root, copyRoot, base: JSON.parse(base), id });
process.stdout.write(JSON.stringify(end));
