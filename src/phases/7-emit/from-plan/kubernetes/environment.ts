/** The variables of a program: values first, since a text may only name what stands above it. */
import type { ConfigLeaf } from '../../../../plan/wiring/component.ts';
import { leavesIn, type Parts } from '../containers/values.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { escaped, onlyLeaf, podText, valueFrom } from './values.ts';

export interface Environment {
  readonly entries: readonly YamlObject[];
  readonly variableOf: (leaf: ConfigLeaf) => string;
}

/** What every shell and every version of Kubernetes takes for the name of a variable. */
export const isVariableName = (name: string): boolean => /^[A-Za-z_.-][A-Za-z0-9_.-]*$/.test(name);

/** `given` are known, and stand in front of what the program says itself. */
export function environmentOf(
  { argv, env }: Parts,
  given: readonly (readonly [string, string])[],
  isTask: boolean,
): Environment {
  const own = new Set(env.map(([name]) => name));
  const mixed = leavesIn([...argv, ...env.flatMap(([, text]) => (onlyLeaf(text) ? [] : [text]))]);
  const names = new Map(mixed.map((leaf) => [leaf, freeName(leaf.env, own)]));
  const variableOf = (leaf: ConfigLeaf): string => names.get(leaf) as string;
  return {
    variableOf,
    entries: [
      ...[...names].map(([leaf, name]) => ({ name, valueFrom: valueFrom(leaf, isTask) })),
      ...given.filter(([name]) => !own.has(name)).map(([name, text]) => ({ name, value: escaped(text) })),
      ...env.map(([name, text]) => {
        const leaf = onlyLeaf(text);
        return leaf ? { name, valueFrom: valueFrom(leaf, isTask) } : { name, value: podText(text, variableOf) };
      }),
    ],
  };
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  while (taken.has(free)) free = `_${free}`;
  return free;
}
