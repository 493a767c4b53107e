import { pathText } from '../../../adapters/sync/byte-path.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { TreeEntry } from '../../../ir/workspace.ts';

/** One side of a path, for programs; null where nothing is there. */
export function sideJson(entry: TreeEntry | undefined): JsonObject | null {
  if (!entry) return null;
  switch (entry.kind) {
    case 'file':
      return { kind: 'file', executable: entry.executable, size: entry.size, sha256: entry.hash };
    case 'link':
      return { kind: 'link', target: pathText(entry.target) };
    default:
      return { kind: entry.kind };
  }
}
