import { type Definition, define } from '../define.ts';

const anew = 'write it anew from the manifests with `headgate compile SCENARIO --emit ir=FILE`';

export const irVersion: Definition<{ found: string; expected: number }> = define('resolve/ir-version', {
  severity: 'error',
  title: 'a scenario IR is of a version that is not known',
  message: (a) =>
    `the scenario IR has version ${a.found}, and this headgate reads version ${a.expected}; the meaning of other versions is not known`,
  help: anew,
});

export const irInvalid: Definition<{ path: string; message: string }> = define('resolve/ir-invalid', {
  severity: 'error',
  title: 'a scenario IR has a fault',
  message: (a) => `${a.path === '' ? '' : `\`${a.path}\`: `}${a.message}`,
  help: anew,
});
