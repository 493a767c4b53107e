import type { JsonObject } from '../../base/json.ts';
import type { Range } from '../../base/span.ts';
import { suggest } from '../../base/suggest.ts';
import type { Program } from '../../ir/manifest.ts';
import { quote } from '../schema/assertions.ts';
import { leaves } from '../schema/leaves.ts';
import { lookup } from '../schema/lookup.ts';
import type { ProgramProblem } from './problem.ts';
import { partsOf } from './texts.ts';

/** `${config.p}`, `when: config.p` and `each: config.p` must name something that `config_schema` declares. */
export function checkConfigReferences(program: Program, schema: JsonObject | null): readonly ProgramProblem[] {
  const { texts, guards } = partsOf(program);
  const out: ProgramProblem[] = [];
  let known: readonly string[] | undefined;
  const hint = (path: string, declared: JsonObject): string => {
    known ??= leaves(declared).map((leaf) => leaf.path);
    const near = known.length > maxSuggested ? undefined : suggest(path, known);
    return near === undefined ? '' : `; did you mean \`config.${near}\`?`;
  };
  const check = (path: string, range: Range, location: string): void => {
    const shown = quote(path === '' ? 'config' : `config.${path}`);
    if (schema === null) {
      out.push({
        kind: 'config',
        message: `${location}: ${shown} is read, and there is no \`config_schema\``,
        range,
        location,
        label: 'config definition required',
      });
    } else if (path !== '' && lookup(schema, path) === undefined) {
      out.push({
        kind: 'config',
        message: `${location}: ${shown} is not declared in \`config_schema\`${hint(path, schema)}`,
        range,
        location,
        label: 'invalid config reference',
      });
    }
  };
  for (const { when, each, location } of guards) {
    if (when?.kind === 'config') check(when.path, when.range, `${location}.when`);
    if (each?.kind === 'config') check(each.path, each.range, `${location}.each`);
  }
  for (const { template, location } of texts) {
    const paths = new Set(template.pieces.flatMap((piece) => (piece.kind === 'config' ? [piece.path] : [])));
    for (const path of paths) check(path, template.range, location);
  }
  return out;
}

/** A policy may misspell as many paths as its answer has bytes. */
const maxSuggested = 100;
