/** The version of a manifest, and what needs a newer one. */
import { type Definition, define } from '../../define.ts';

export const unsupportedVersion: Definition<{ version: string }> = define('check/unsupported-version', {
  severity: 'error',
  title: 'manifest_version is outside the supported range',
  aliases: ['manifest::unsupported_version'],
  message: (a) =>
    `manifest version \`${a.version}\` is not supported; this compiler reads 0.1.0 up to, not including, 1.0.0, and no pre-release`,
  help: 'write `manifest_version: "0.4.0"`, or use a compiler that knows this version',
});

export const programSyntaxRequiresVersion: Definition<{ syntax: 'when' | 'each'; needs: string; version: string }> =
  define('check/program-syntax-requires-version', {
    severity: 'error',
    title: 'program uses `when` or `each` before the manifest version that has it',
    aliases: ['manifest::program_syntax_requires_manifest_version'],
    message: (a) =>
      `\`${a.syntax}\` in a program needs manifest version ${a.needs} or later, and this manifest is ${a.version}`,
    help: (a) => `raise \`manifest_version\` to "${a.needs}", or write the program without \`${a.syntax}\``,
  });

export const featureRequiresVersion: Definition<{ section: 'use' | 'policies' | 'overlays'; version: string }> = define(
  'check/feature-requires-version',
  {
    severity: 'error',
    title: 'policies are used before the manifest version that has them',
    aliases: ['manifest::feature_requires_manifest_version', 'manifest::section_requires_feature'],
    message: (a) => `\`${a.section}\` needs manifest version 0.4.0 or later, and this manifest is ${a.version}`,
    help: (a) =>
      `raise \`manifest_version\` to "0.4.0"${a.section === 'overlays' ? '' : ', or list "governance" in `experimental_features`'}`,
  },
);
