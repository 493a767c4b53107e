import { define } from '../define.ts';

interface Said {
  readonly message: string;
}
interface At extends Said {
  readonly path: string;
}
const said = (a: Said): string => a.message;
const shape = (a: At): string => (a.path === '.' ? a.message : `\`${a.path}\`: ${a.message}`);
const error = 'error' as const;
const validation = 'manifest::validation_error';

export const invalidUtf8 = define('parse/invalid-utf8', {
  severity: error,
  title: 'file is not UTF-8',
  aliases: ['manifest::json5_error'],
  message: (a: { file: string; line: number }) =>
    `\`${a.file}\` is not valid UTF-8: line ${a.line} has a byte that is not part of any character`,
  help: 'save the file as UTF-8',
});
export const binaryFile = define('parse/binary-file', {
  severity: error,
  title: 'file is binary',
  aliases: ['manifest::json5_error'],
  message: (a: { file: string }) => `\`${a.file}\` is a binary file, not a manifest`,
});
export const json5Syntax = define('parse/json5-syntax', {
  severity: error,
  title: 'JSON5 syntax',
  aliases: ['manifest::json5_error'],
  message: said,
});
export const yamlSyntax = define('parse/yaml-syntax', { severity: error, title: 'YAML syntax', message: said });
export const tooDeep = define('parse/too-deep', {
  severity: error,
  title: 'values are nested too deeply',
  message: said,
  help: 'no manifest needs such depth: split it, or check the brackets',
});
export const tooManyValues = define('parse/too-many-values', {
  severity: 'error',
  title: 'manifest with too many values',
  message: said,
  help: 'split it into several manifests, or move data into files of the program',
});
export const yamlAliasLimit = define('parse/yaml-alias-limit', {
  severity: error,
  title: 'YAML aliases expand to too much',
  message: said,
  help: 'write the values out',
});
export const yamlTag = define('parse/yaml-tag', {
  severity: error,
  title: 'YAML tag',
  message: said,
  help: 'remove the tag; quote the value if it should be a string',
});
export const multipleDocuments = define('parse/multiple-documents', {
  severity: error,
  title: 'more than one YAML document',
  message: said,
  help: 'put each manifest into a file of its own',
});

export const unknownField = define('parse/unknown-field', {
  severity: error,
  title: 'unknown field',
  aliases: [validation],
  message: shape,
});
export const wrongType = define('parse/wrong-type', {
  severity: error,
  title: 'value of the wrong type',
  aliases: [validation],
  message: shape,
});
export const missingField = define('parse/missing-field', {
  severity: error,
  title: 'missing field',
  aliases: [validation],
  message: shape,
});
export const duplicateField = define('parse/duplicate-field', {
  severity: error,
  title: 'field given twice',
  aliases: [validation],
  message: shape,
});
export const duplicateName = define('parse/duplicate-name', {
  severity: error,
  title: 'name given twice',
  aliases: [validation],
  message: shape,
});
export const invalidValue = define('parse/invalid-value', {
  severity: error,
  title: 'value that is not allowed there',
  aliases: [
    validation,
    'manifest::invalid_digest',
    'manifest::invalid_reference',
    'manifest::invalid_binding',
    'manifest::invalid_component_ref',
    'manifest::invalid_export_target',
    'manifest::invalid_child_template',
  ],
  message: shape,
});
export const invalidInterpolation = define('parse/invalid-interpolation', {
  severity: error,
  title: 'malformed `${…}`',
  aliases: [validation, 'manifest::invalid_interpolation'],
  message: shape,
});
export const invalidWhenPath = define('parse/invalid-when-path', {
  severity: error,
  title: 'malformed `when`',
  aliases: ['manifest::invalid_when_path'],
  message: shape,
});
export const invalidEachPath = define('parse/invalid-each-path', {
  severity: error,
  title: 'malformed `each`',
  aliases: [validation, 'manifest::invalid_each_path'],
  message: shape,
});
export const unclosedQuote = define('parse/unclosed-quote', {
  severity: error,
  title: 'quote not closed in a command',
  aliases: [validation, 'manifest::unclosed_quote'],
  message: shape,
});
export const mixedBindingForm = define('parse/mixed-binding-form', {
  severity: error,
  title: 'binding mixes two forms',
  aliases: ['manifest::mixed_binding_form'],
  message: shape,
});
export const bindingTargetSelf = define('parse/binding-target-self', {
  severity: error,
  title: 'binding targets the component itself',
  aliases: ['manifest::binding_target_self'],
  message: shape,
});
export const invalidPolicyRef = define('parse/invalid-policy-ref', {
  severity: error,
  title: 'malformed policy reference',
  aliases: ['manifest::invalid_overlay_ref', 'manifest::invalid_policy_ref'],
  message: shape,
});
export const bothSpellings = define('parse/both-spellings', {
  severity: error,
  title: 'both `policies` and `overlays`',
  message: shape,
});
export const programKind = define('parse/program-kind', {
  severity: error,
  title: 'program is not exactly one of image, path and vm',
  aliases: [validation],
  message: shape,
});
