import { isObject, type JsonValue } from '../../base/json.ts';
import type { ConfigSpace } from '../../ir/config.ts';
import type { LoweredProgram } from '../../ir/graph.ts';
import { parseInterpolation } from '../interpolation.ts';
import { lookupValue, rootPaths } from './compose.ts';

/** Every config path that a lowered program mentions: in texts, `when`, `each` and mounts. `''` is the whole config. */
export function configPathsOf(program: LoweredProgram): readonly string[] {
  const paths = new Set<string>();
  const text = (value: string): void => {
    const parsed = parseInterpolation(value);
    if (parsed.ok) for (const piece of parsed.pieces) if (piece.kind === 'config') paths.add(piece.path);
  };
  const guard = (value: string): void => {
    if (value.startsWith('config.')) paths.add(value.slice('config.'.length));
  };
  const walk = (value: JsonValue, key = ''): void => {
    if (typeof value === 'string') {
      if (key === 'when' || key === 'each') guard(value);
      else text(value);
    } else if (Array.isArray(value)) for (const item of value) walk(item, key);
    else if (isObject(value)) {
      if (value['kind'] === 'config') configMount(value, paths);
      for (const [name, item] of Object.entries(value)) walk(item, name);
    }
  };
  walk(program as unknown as JsonValue);
  return [...paths];
}

/** `{kind: 'config', path: Parts | string}`: a source or condition of a file mount. Parts that are not literal widen it to all. */
function configMount(value: { readonly [key: string]: JsonValue }, paths: Set<string>): void {
  const path = value['path'];
  if (typeof path === 'string') paths.add(path);
  if (!Array.isArray(path)) return;
  const parts = path as readonly JsonValue[];
  const literal = parts.every((part) => isObject(part) && typeof part['lit'] === 'string');
  paths.add(literal ? parts.map((part) => String((part as { lit: string }).lit)).join('') : '');
}

/** The paths of the root config that evaluating this program needs. */
export function rootPathsOfProgram(program: LoweredProgram, space: ConfigSpace): readonly string[] {
  const out = new Set<string>();
  for (const path of configPathsOf(program)) {
    const found = lookupValue(space, path);
    if (found.ok) for (const root of rootPaths(found.value)) out.add(root);
  }
  return [...out];
}
