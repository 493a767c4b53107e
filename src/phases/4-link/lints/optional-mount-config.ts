import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Template } from '../../../ir/manifest.ts';
import type { Lint } from './lint.ts';
import { absentConfig } from './support/optional-config.ts';
import { mountedPath } from './support/templates.ts';

/** `from: config.a` reads `a` as `${config.a}` does. */
function asReference(from: Template): Template {
  const path = mountedPath(from, 'config');
  return path === undefined || path === '' ? from : { ...from, pieces: [{ kind: 'config', path }] };
}

export const optionalMountConfig: Lint = {
  emits: [D.optionalMountConfig],
  run({ manifest: { program }, schema, at }, report) {
    for (const { when, path: target, from } of program?.mounts ?? []) {
      for (const { path, range } of absentConfig(schema, when, [target, asReference(from)])) {
        report(D.optionalMountConfig({ path }, { at: at(range), label: 'may have no value' }));
      }
    }
  },
};
