import type { JsonObject } from '../../base/json.ts';
import type { Range } from '../../base/span.ts';
import type { Program } from '../../ir/manifest.ts';
import { quote } from '../schema/assertions.ts';
import { lookup } from '../schema/lookup.ts';
import { nearConfigPath } from '../schema/near-path.ts';
import type { ProgramProblem } from './problem.ts';
import { partsOf } from './texts.ts';

/** `${config.p}`, `when: config.p` and `each: config.p` must name something that `config_schema` declares. */
export function checkConfigReferences(program: Program, schema: JsonObject | null): readonly ProgramProblem[] {
  const { texts, guards } = partsOf(program);
  const out: ProgramProblem[] = [];
  const hint = (path: string, declared: JsonObject): string => {
    const near = nearConfigPath(path, declared);
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
