import { define } from '../define.ts';

interface At {
  readonly path: string;
  readonly message: string;
}
const shape = (a: At): string => (a.path === '.' ? a.message : `\`${a.path}\`: ${a.message}`);
const error = 'error' as const;

export const notLoaded = define('contract/not-loaded', {
  severity: error,
  title: 'document that cannot be read',
  message: (a: { path: string; reason: string }) => `cannot read a contract from \`${a.path}\`: ${a.reason}`,
});
export const notJson = define('contract/not-json', {
  severity: error,
  title: 'contract that is not JSON',
  message: (a: { reason: string }) => `this is not JSON: ${a.reason}`,
  help: 'other readers take nothing else in a file of this name; a contract in YAML has a name that ends in `.yaml`',
});
export const unknownField = define('contract/unknown-field', {
  severity: error,
  title: 'unknown field in a contract',
  message: shape,
});
export const wrongType = define('contract/wrong-type', {
  severity: error,
  title: 'value of the wrong type in a contract',
  message: shape,
});
export const missingField = define('contract/missing-field', {
  severity: error,
  title: 'field that a contract lacks',
  message: shape,
});
export const duplicateField = define('contract/duplicate-field', {
  severity: error,
  title: 'field of a contract given twice',
  message: shape,
});
export const invalidValue = define('contract/invalid-value', {
  severity: error,
  title: 'value that a contract cannot have',
  message: shape,
});
export const missingItem = define('contract/missing-item', {
  severity: error,
  title: 'list of a contract that lacks an entry',
  message: shape,
});
export const duplicateItem = define('contract/duplicate-item', {
  severity: error,
  title: 'entry of a list of a contract given twice',
  message: shape,
});
