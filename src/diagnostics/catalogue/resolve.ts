import { type Definition, define } from '../define.ts';

/** A reference from one manifest to another, in words. */
interface Reference {
  /** As written. */
  readonly reference: string;
  /** What it is for: "component `a` of `/`". */
  readonly what: string;
}

const mebibytes = (bytes: number): string => (bytes % 1_048_576 === 0 ? `${bytes / 1_048_576} MiB` : `${bytes} bytes`);

export const rootNotLoaded: Definition<{ input: string; reason: string }> = define('resolve/root-not-loaded', {
  severity: 'error',
  title: 'the scenario cannot be read',
  aliases: ['resolver::io_error', 'resolver::http_error', 'resolver::unsupported_scheme'],
  message: (a) => `cannot read the scenario \`${a.input}\`: ${a.reason}`,
});

export const manifestNotLoaded: Definition<Reference & { place: string; reason: string }> = define(
  'resolve/manifest-not-loaded',
  {
    severity: 'error',
    title: 'a referenced manifest cannot be loaded',
    aliases: [
      'compiler::manifest_ref_resolution',
      'resolver::io_error',
      'resolver::http_error',
      'resolver::unsupported_scheme',
    ],
    message: (a) =>
      `cannot load \`${a.reference}\` for ${a.what}: ${a.reason}${a.place === a.reference.replace(/^\.\//, '') ? '' : ` (\`${a.place}\`)`}`,
    help: 'correct the reference, or put the manifest where it points; a relative one starts at the folder of this manifest',
  },
);

export const invalidReference: Definition<Reference & { reason: string }> = define('resolve/invalid-reference', {
  severity: 'error',
  title: 'a manifest reference cannot be understood',
  aliases: ['compiler::invalid_manifest_ref', 'manifest::invalid_reference'],
  message: (a) => `invalid manifest reference \`${a.reference}\` for ${a.what}: ${a.reason}`,
  help: 'write a path relative to this manifest, such as `./child.yaml`, or a whole URL',
});

export const tooLarge: Definition<{ what: string; limit: number }> = define('resolve/too-large', {
  severity: 'error',
  title: 'a file is larger than headgate reads',
  aliases: ['compiler::manifest_ref_resolution', 'resolver::response_too_large', 'manifest::program_file_reference'],
  message: (a) => `${a.what} is too large: at most ${mebibytes(a.limit)} are read`,
  help: 'is it the right file? Split a manifest into children, and ship big data beside the program or in its image',
});

export const digestMismatch: Definition<Reference & { expected: string; actual: string }> = define(
  'resolve/digest-mismatch',
  {
    severity: 'error',
    title: 'a pinned manifest has another digest',
    aliases: ['compiler::manifest_ref_resolution', 'resolver::mismatched_digest'],
    message: (a) =>
      `\`${a.reference}\` for ${a.what} is not the pinned manifest: expected \`${a.expected}\`, found \`${a.actual}\``,
    help: (a) =>
      `look at what changed; if it is wanted, pin \`${a.actual}\`. The digest is that of the manifest's canonical form, not of its bytes`,
  },
);

export const fileReference: Definition<{ path: string; reason: string }> = define('resolve/file-reference', {
  severity: 'error',
  title: 'a file that a program refers to cannot be read',
  aliases: ['manifest::program_file_reference'],
  message: (a) => `cannot read file \`${a.path}\`: ${a.reason}`,
  help: 'the path starts at the folder of this manifest, and the file must be UTF-8 text',
});

export const outsideTree: Definition<{ path: string; what: string; reason: string }> = define('resolve/outside-tree', {
  severity: 'error',
  title: "a manifest names a file that is not the scenario's",
  message: (a) => `\`${a.path}\` for ${a.what} is not read: ${a.reason}`,
});

export const unknownResolver: Definition<{ resolver: string; environment: string; user: string }> = define(
  'resolve/unknown-resolver',
  {
    severity: 'error',
    title: 'an environment lists a resolver that does not exist',
    aliases: ['compiler::unknown_resolver'],
    message: (a) =>
      `resolver \`${a.resolver}\` of environment \`${a.environment}\` is not known, so ${a.user} cannot be resolved`,
    help: 'headgate cannot be given resolvers: remove it, and refer to manifests by path, `file:`, `http:` or `https:` URL',
  },
);

export const cycle: Definition<Reference & { path: string; same: string | undefined }> = define('resolve/cycle', {
  severity: 'error',
  title: 'a manifest contains itself',
  aliases: ['compiler::cycle'],
  message: (a) =>
    `\`${a.reference}\` for ${a.what} closes a circle, and the tree would have no end: ${a.path}${
      a.same === undefined ? '' : `. The content is the same as that of \`${a.same}\`, which makes it the same manifest`
    }`,
  help: (a) =>
    a.same === undefined
      ? 'remove one of the references in the circle'
      : 'remove one of the references in the circle, or let the two manifests differ in more than `metadata` and layout',
});

export const tooManyComponents: Definition<{ limit: number; what: string }> = define('resolve/too-many-components', {
  severity: 'error',
  title: 'the scenario has more components than headgate builds',
  message: (a) => `the scenario has more than ${a.limit} components and policies; ${a.what} is one too many`,
  help: 'every use of a manifest counts with its whole subtree, so a manifest that is used twice on each level doubles the tree each time',
});

export const featureNotEnabled: Definition<{ what: string; features: readonly string[] }> = define(
  'resolve/feature-not-enabled',
  {
    severity: 'error',
    title: 'a child uses an experimental feature that its parent does not allow',
    aliases: ['compiler::experimental_feature_not_enabled'],
    message: (a) =>
      `${a.what} uses experimental feature${a.features.length === 1 ? '' : 's'} ${a.features.map((f) => `\`${f}\``).join(', ')}, and this manifest does not allow ${a.features.length === 1 ? 'it' : 'them'}`,
    help: (a) =>
      `add ${a.features.map((f) => `"${f}"`).join(', ')} to \`experimental_features\` of this manifest, or take it out of the child`,
  },
);

export const policyRequiresSlots: Definition<{ use: string; slots: readonly string[] }> = define(
  'resolve/policy-requires-slots',
  {
    severity: 'error',
    title: 'a manifest under `use` has slots that nothing can fill',
    aliases: ['compiler::use_requires_root_slots'],
    message: (a) =>
      `\`use.${a.use}\` requires ${a.slots.length === 1 ? 'slot' : 'slots'} ${a.slots.map((s) => `\`${s}\``).join(', ')}, and nothing can be bound to a manifest under \`use\``,
    help: 'mark each slot `optional: true`, or bring what it needs inside the used manifest',
  },
);

export const policyContainsPolicies: Definition<{ use: string; section: string }> = define(
  'resolve/policy-contains-policies',
  {
    severity: 'error',
    title: 'a manifest under `use` has policies of its own',
    aliases: ['compiler::use_contains_overlay', 'compiler::use_contains_governance'],
    message: (a) =>
      `\`use.${a.use}\` has \`${a.section}\` in its tree, and what serves as a policy cannot be governed by further policies`,
    help: (a) => `take \`${a.section}\` out of the used manifest, or list those policies here beside it`,
  },
);
