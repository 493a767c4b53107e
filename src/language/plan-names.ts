/** Names in a plan that somebody may have written by hand. What a compile makes has no such fault: manifests and answers cannot. */
import { isObject, type JsonObject } from '../base/json.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { keysAt, namesOfComponent, type ShownName, textAt, unshowable } from './shown-names.ts';

const fields = { slots: 'slot', provides: 'provide', resources: 'resource', childTemplates: 'child template' } as const;

/** Names with a control character, or one that turns the direction of text, in the order of the plan. O(size of the plan). */
export function unshowableNames(plan: DeploymentPlan): readonly ShownName[] {
  const { components, edges, exports, externals, config, storage, policies, runtime } = plan as unknown as Parts;
  return unshowable([
    ...components.flatMap((one, i) => namesOfComponent(one, fields, ['components', i])),
    ...edges.flatMap((one, i) => [
      ...textsAt(one, ['id', 'protocol'], 'edge', ['edges', i]),
      ...textsAt(one['from'], ['component', 'provide', 'resource', 'authority', 'capability', 'slot'], 'source', [
        'edges',
        i,
        'from',
      ]),
      ...textsAt(one['to'], ['component', 'slot'], 'target', ['edges', i, 'to']),
      ...textsAt(one['capability'], ['kind', 'profile'], 'capability', ['edges', i, 'capability']),
    ]),
    ...exports.flatMap((one, i) => [
      ...textsAt(one, ['name', 'protocol'], 'export', ['exports', i]),
      ...textsAt(one['from'], ['component', 'provide'], 'source', ['exports', i, 'from']),
      ...textsAt(one['capability'], ['kind', 'profile'], 'capability', ['exports', i, 'capability']),
    ]),
    ...externals.flatMap((one, i) => textsAt(one, ['slot', 'edges'], 'external slot', ['externals', i])),
    ...config.leaves.flatMap((one, i) => textsAt(one, ['path', 'env', 'consumers'], 'config', ['config', 'leaves', i])),
    ...storage.flatMap((one, i) => textsAt(one, ['id', 'edges'], 'storage', ['storage', i])),
    ...policies.flatMap((one, i) => namesOfPolicy(one, ['policies', i])),
    ...keysAt(runtime?.['components'], 'component', ['runtime', 'components']),
    ...Object.entries({ components, edges, exports }).flatMap(([list, items]) =>
      items.flatMap((one, i) => textsAt(one['origin'], ['scope', 'policy', 'edges'], 'origin', [list, i, 'origin'])),
    ),
  ]);
}

type Parts = Readonly<
  Record<'components' | 'edges' | 'exports' | 'externals' | 'storage' | 'policies', readonly JsonObject[]>
> & {
  readonly config: { readonly leaves: readonly JsonObject[] };
  readonly runtime?: JsonObject;
};

/** Fields that hold a name, or a list of names. */
function textsAt(
  value: unknown,
  names: readonly string[],
  what: string,
  at: ShownName['pointer'],
): readonly ShownName[] {
  if (!isObject(value as JsonObject)) return [];
  const object = value as JsonObject;
  return names.flatMap((name) => {
    const list = object[name];
    if (!Array.isArray(list)) return textAt(object, name, what, at);
    return list.flatMap((text, i) => (typeof text === 'string' ? [{ what, text, pointer: [...at, name, i] }] : []));
  });
}

/** The words of a finding are a text, and shown as one. */
function namesOfPolicy(policy: JsonObject, at: ShownName['pointer']): readonly ShownName[] {
  const within = (field: string): readonly JsonObject[] => (policy[field] ?? []) as readonly JsonObject[];
  const shadow = policy['shadow'] as JsonObject | undefined;
  const would = (shadow?.['edges'] ?? []) as readonly JsonObject[];
  return [
    ...textsAt(policy, ['scope', 'policy', 'use', 'sandbox', 'interposers'], 'policy', at),
    ...textsAt(policy['grants'], ['secrets'], 'grant', [...at, 'grants']),
    ...within('findings').flatMap((one, i) =>
      textsAt(one, ['code', 'edge', 'component'], 'finding', [...at, 'findings', i]),
    ),
    ...textsAt(shadow, ['interposers'], 'interposer', [...at, 'shadow']),
    ...would.flatMap((one, i) => textsAt(one, ['id', 'through'], 'edge', [...at, 'shadow', 'edges', i])),
  ];
}
