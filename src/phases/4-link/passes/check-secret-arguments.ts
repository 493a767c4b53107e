import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/scenario-lints.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { ProcessProgram, Template } from '../../../ir/manifest.ts';
import { referencesAt } from '../../../language/config/literal-references.ts';
import { rootSources, touches } from '../../../language/config/secret-paths.ts';
import type { Instance } from '../instance.ts';

/** Every process of a machine can read the arguments of the others, so a run refuses them, whether root config or a manifest names
 * the secret. O(components × arguments × secrets). */
export function checkSecretArguments(instances: readonly Instance[], secrets: readonly string[], sink: Sink): void {
  const known = new Map<ProcessProgram, readonly Used[]>();
  for (const instance of instances) {
    const program = instance.manifest.program;
    if (program?.kind !== 'path' || !instance.configOk) continue;
    const used = known.get(program) ?? argumentsOf(program);
    known.set(program, used);
    for (const { template, paths } of used) {
      const roots = paths.flatMap((path) => rootSources(instance.space, path));
      const place = { at: at(instance.manifest.file, template.range), label: 'part of the arguments' };
      for (const path of secrets)
        if (roots.some((root) => touches(root, path)))
          sink.report(D.secretInArguments({ what: `the secret root config \`${path}\`` }, place));
      for (const path of paths)
        if (referencesAt(instance.space, path).length > 0)
          sink.report(
            D.secretInArguments(
              { what: `\`${path === '' ? 'config' : `config.${path}`}\`, which is a secret of a vault` },
              place,
            ),
          );
    }
  }
}

/** An argument that takes something from the config, and what. */
interface Used {
  readonly template: Template;
  readonly paths: readonly string[];
}

const argumentsOf = ({ target, command }: ProcessProgram): readonly Used[] =>
  [
    { template: target, paths: pathsIn(target) },
    ...command.flatMap(({ values, each }) =>
      values.map((template) => ({
        template,
        paths: pathsIn(template, each?.kind === 'config' ? each.path : undefined),
      })),
    ),
  ].filter(({ paths }) => paths.length > 0);

/** `item` is the path of the config that is gone through. */
const pathsIn = ({ pieces }: Template, item?: string): readonly string[] =>
  pieces.flatMap((piece) => {
    if (piece.kind === 'config') return [piece.path];
    return piece.kind === 'item' && item !== undefined ? [item] : [];
  });
