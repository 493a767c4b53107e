import * as D from '../../../diagnostics/catalogue/check/versions.ts';
import type { Rule } from '../rule.ts';
import { isSupported, parseVersion } from '../version.ts';

export const unsupportedVersion: Rule = {
  emits: [D.unsupportedVersion],
  needs: ['manifest_version'],
  check({ version }, { at, report }) {
    const parsed = parseVersion(version.value);
    if (parsed && !isSupported(parsed))
      report(D.unsupportedVersion({ version: version.value }, { at: at(version.range) }));
  },
};
