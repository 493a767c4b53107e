import { isObject, type JsonObject, own } from '../../../base/json.ts';
import { at, type Location } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { ConfigProblem, ConfigSpace } from '../../../ir/config.ts';
import type { ChildDecl } from '../../../ir/manifest.ts';
import type { ObjectNode, SyntaxNode } from '../../../ir/syntax.ts';
import { composeConfig, rootSpace } from '../../../language/config/compose.ts';
import { nodesAt } from '../../../language/schema/facets.ts';
import { follow } from '../../../language/syntax/pointer.ts';
import { describe, type Instance } from '../instance.ts';
import { declaredHere } from './resolve-exports.ts';

/** Of components without config. */
export const emptySpace: ConfigSpace = { value: { kind: 'literal', value: {} }, schema: null };

/**
 * Gives every component its config space, parents first. `preset` holds spaces composed elsewhere (policies, whose config is
 * composed against their scope). O(components × config).
 */
export function composeConfigs(
  instances: readonly Instance[],
  preset: ReadonlyMap<Instance, ConfigSpace>,
  sink: Sink,
): void {
  for (const instance of instances) {
    const known = preset.get(instance);
    if (known) instance.space = known;
    else if (instance.parent === null) instance.space = rootSpace(instance.index.schema);
    else composeChild(instance, instance.parent, sink);
  }
}

function composeChild(instance: Instance, parent: Instance, sink: Sink): void {
  const decl = instance.node.decl;
  const schema = instance.index.schema;
  if (!parent.configOk) {
    instance.configOk = false;
    return;
  }
  if (schema === null && decl?.config === undefined) {
    instance.space = emptySpace;
    return;
  }
  const { value, problems } = composeConfig({ authored: decl?.config, parent: parent.space, schema });
  instance.space = { value, schema };
  if (problems.length === 0) return;
  instance.configOk = false;
  if (decl?.config) hintMissing(parent.manifest.file, decl.config, schema, problems, sink);
  for (const problem of problems) {
    sink.report(
      D.invalidConfig(
        { component: describe(instance), reason: problem.message },
        {
          at: decl ? childConfigPlace(parent.manifest.file, decl, problem) : undefined,
          label: labelOf(problem),
          related: [
            ...valuePlace(parent.manifest.file, decl, problem),
            ...schemaPlace(instance),
            ...declaredHere(instance),
          ],
        },
      ),
    );
  }
}

function labelOf({ kind, missing, pointer }: ConfigProblem): string {
  if (missing) return notGiven(missing.path);
  return kind === 'schema' && pointer ? 'invalid config value here' : 'config provided here';
}

export const notGiven = (path: string): string => `\`${path}\` is not given here`;

/** The fault is told at `config` as a whole; this marks the object to write into, and says what the child expects there. */
function hintMissing(
  file: string,
  config: ObjectNode,
  schema: JsonObject | null,
  problems: readonly ConfigProblem[],
  sink: Sink,
): void {
  const byHolder = new Map<SyntaxNode, string[]>();
  for (const { missing } of problems) {
    const holder = missing?.holder && follow(config, missing.holder);
    if (!missing || !holder?.found) continue;
    byHolder.set(holder.node, [...(byHolder.get(holder.node) ?? []), expected(schema, missing.path)]);
  }
  for (const [holder, keys] of byHolder) {
    sink.report(D.missingConfigGoesHere({ keys }, { at: at(file, holder.range), label: 'goes in here' }));
  }
}

/** `region` (string: where the data is kept) */
function expected(schema: JsonObject | null, path: string): string {
  const facets = schema ? nodesAt(schema, path).flatMap((node) => (isObject(node.schema) ? [node.schema] : [])) : [];
  const said = (name: string): string | undefined =>
    facets.map((facet) => own(facet, name)).find((value): value is string => typeof value === 'string');
  const [type, description] = [said('type'), said('description')];
  const about = [type, description].filter((text) => text !== undefined).join(': ');
  const name = `\`${path.slice(path.lastIndexOf('.') + 1)}\``;
  return about === '' ? name : `${name} (${about})`;
}

/** The offending value if it is known, else the `config` key, else the name of the declaration. */
export function configPlace(file: string, decl: ChildDecl, problem: ConfigProblem): Location {
  if (problem.pointer !== undefined && decl.config) {
    const found = follow(decl.config, problem.pointer);
    if (found.found) return at(file, found.node.range);
  }
  return at(file, decl.configKeyRange ?? decl.nameRange);
}

/** A fault of a template shows the whole `config`, since its remedy may lie in either schema; the value itself is related. */
const childConfigPlace = (file: string, decl: ChildDecl, problem: ConfigProblem): Location =>
  problem.kind === 'schema' ? configPlace(file, decl, problem) : at(file, decl.configKeyRange ?? decl.nameRange);

function valuePlace(
  file: string,
  decl: ChildDecl | undefined,
  problem: ConfigProblem,
): { message: string; at: Location }[] {
  if (problem.kind === 'schema' || problem.pointer === undefined || !decl?.config) return [];
  const found = follow(decl.config, problem.pointer);
  return found.found ? [{ message: 'the value at fault', at: at(file, found.node.range) }] : [];
}

function schemaPlace(instance: Instance): { message: string; at: Location }[] {
  const schema = instance.manifest.configSchema;
  return schema ? [{ message: 'config definition here', at: at(instance.manifest.file, schema.range) }] : [];
}
