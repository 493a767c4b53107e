const sections: ReadonlySet<string | number> = new Set([
  'experimental_features',
  'components',
  'use',
  'environments',
  'slots',
  'provides',
  'resources',
  'child_templates',
  'bindings',
  'policies',
  'overlays',
  'exports',
]);

/** Whether a collection at this path means the same when it is left out as when it is empty. Names and free values do not. */
export function mayBeLeftOut(path: readonly (string | number)[]): boolean {
  const [section, ...inside] = path;
  if (section === undefined) return false;
  return inside.length === 0 ? sections.has(section) : section === 'config_schema' && isNeedlessKeyword(inside);
}

type Position = 'schema' | 'schemas' | 'list' | 'other';

/** `properties` and `required` where they are keywords, and not names of config. */
function isNeedlessKeyword(path: readonly (string | number)[]): boolean {
  let position: Position = 'schema';
  for (const step of path.slice(0, -1)) position = below(position, step);
  const last = path.at(-1);
  return position === 'schema' && (last === 'properties' || last === 'required');
}

function below(position: Position, step: string | number): Position {
  if (position === 'schemas' || position === 'list') return 'schema';
  if (position === 'other') return 'other';
  if (step === 'properties' || step === '$defs' || step === 'definitions') return 'schemas';
  if (step === 'allOf' || step === 'prefixItems') return 'list';
  return step === 'items' || step === 'additionalProperties' ? 'schema' : 'other';
}
