import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/scenario-lints.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { ProcessProgram, Template } from '../../../ir/manifest.ts';
import { rootSources, touches } from '../../../language/config/secret-paths.ts';
import type { Instance } from '../instance.ts';

/** Every process of a machine can read the arguments of the others, so a run refuses them. O(components × arguments × secrets). */
export function checkSecretArguments(instances: readonly Instance[], secrets: readonly string[], sink: Sink): void {
  if (secrets.length === 0) return;
  for (const instance of instances) {
    const program = instance.manifest.program;
    if (program?.kind !== 'path' || !instance.configOk) continue;
    for (const { template, item } of argumentsOf(program)) {
      const roots = pathsIn(template, item).flatMap((path) => rootSources(instance.space, path));
      for (const path of secrets) {
        if (!roots.some((root) => touches(root, path))) continue;
        const place = { at: at(instance.manifest.file, template.range), label: 'part of the arguments' };
        sink.report(D.secretInArguments({ path }, place));
      }
    }
  }
}

interface Used {
  readonly template: Template;
  /** What `item` stands for: a path of the config that is gone through. */
  readonly item: string | undefined;
}

const argumentsOf = ({ target, command }: ProcessProgram): readonly Used[] => [
  { template: target, item: undefined },
  ...command.flatMap(({ values, each }) =>
    values.map((template) => ({ template, item: each?.kind === 'config' ? each.path : undefined })),
  ),
];

const pathsIn = ({ pieces }: Template, item: string | undefined): readonly string[] =>
  pieces.flatMap((piece) => {
    if (piece.kind === 'config') return [piece.path];
    return piece.kind === 'item' && item !== undefined ? [item] : [];
  });
