/** A snapshot in a process of its own: as somebody else, or where other things are mounted. Options in JSON, and the tree, or the fault. */
import { scanCacheFile } from '../../../src/adapters/sync/scan/cache-file.ts';
import { takeSnapshot } from '../../../src/adapters/sync/snapshot.ts';
import { treeBytes } from '../../../src/adapters/sync/tree-file.ts';

const { state, ...options } = JSON.parse(process.argv[2] as string);
const cached = state === undefined ? {} : { cacheFile: scanCacheFile(state, options.root) };
const taken = await takeSnapshot({ exclude: [], kind: 'dir', ...options, ...cached });
process.stdout.write('fault' in taken ? `${taken.fault.code}: ${taken.fault.message}\n` : treeBytes(taken.tree));
