import { type Definition, define } from '../define.ts';

const anew = 'write the bundle anew with `headgate compile SCENARIO --emit bundle=DIR`';

export const bundleUnreadable: Definition<{ path: string; reason: string }> = define('resolve/bundle-unreadable', {
  severity: 'error',
  title: 'a file of a bundle cannot be read',
  message: (a) => `cannot read \`${a.path}\` of the bundle: ${a.reason}`,
  help: `copy the whole folder of the bundle again, or ${anew}`,
});

export const bundleSchema: Definition<{ found: string; expected: string }> = define('resolve/bundle-schema', {
  severity: 'error',
  title: 'the index of a bundle is of another kind',
  aliases: ['bundle::schema_mismatch'],
  message: (a) => `this is a file of schema \`${a.found}\`, not \`${a.expected}\`, so the folder is not a bundle`,
  help: (a) =>
    a.found === 'amber.scenario.ir'
      ? `a scenario IR is what linking made; check or compile the manifests it was made from, or ${anew}`
      : `name the manifest of the scenario itself, or ${anew}`,
});

export const bundleVersion: Definition<{ found: string; expected: number }> = define('resolve/bundle-version', {
  severity: 'error',
  title: 'a bundle is of a version that is not known',
  aliases: ['bundle::version_mismatch'],
  message: (a) =>
    `the bundle has version ${a.found}, and this headgate reads version ${a.expected}; the meaning of other versions is not known`,
  help: `use a headgate that knows it, or ${anew}`,
});

export const bundleInvalid: Definition<{ path: string; message: string }> = define('resolve/bundle-invalid', {
  severity: 'error',
  title: 'the index of a bundle has a fault',
  message: (a) => `${a.path === '.' ? '' : `\`${a.path}\`: `}${a.message}`,
  help: anew,
});

export const bundleMissingRoot: Definition<{ url: string }> = define('resolve/bundle-missing-root', {
  severity: 'error',
  title: 'a bundle does not hold its root manifest',
  aliases: ['bundle::missing_root_url'],
  message: (a) => `\`${a.url}\` is not among the requests, so the bundle has no root manifest`,
  help: `correct \`root_url\`, or ${anew}`,
});

export const bundleConflictingDigests: Definition<{ url: string; first: string; second: string }> = define(
  'resolve/bundle-conflicting-digests',
  {
    severity: 'error',
    title: 'a bundle gives one URL two manifests',
    aliases: ['bundle::conflicting_digests'],
    message: (a) => `\`${a.url}\` stands for two manifests: \`${a.first}\` and \`${a.second}\``,
    help: `keep one of the two requests, or ${anew}`,
  },
);

export const bundleDuplicateRequest: Definition<{ url: string }> = define('resolve/bundle-duplicate-request', {
  severity: 'error',
  title: 'a bundle lists a URL twice',
  aliases: ['bundle::duplicate_request'],
  message: (a) => `\`${a.url}\` is listed more than once`,
  help: 'remove one of the two requests',
});

export const bundleMissingManifest: Definition<{ url: string; digest: string; file: string }> = define(
  'resolve/bundle-missing-manifest',
  {
    severity: 'error',
    title: 'a bundle lacks a manifest that it lists',
    aliases: ['bundle::missing_manifest'],
    message: (a) => `the bundle holds no manifest with digest \`${a.digest}\`, which \`${a.url}\` stands for`,
    help: (a) => `\`${a.file}\` should hold it: copy the whole folder of the bundle again, or ${anew}`,
  },
);

export const bundleDigestMismatch: Definition<{ url: string; file: string; expected: string; actual: string }> = define(
  'resolve/bundle-digest-mismatch',
  {
    severity: 'error',
    title: 'a manifest of a bundle has another digest',
    aliases: ['bundle::mismatched_digest'],
    message: (a) =>
      `\`${a.file}\` is not the manifest that \`${a.url}\` stands for: expected \`${a.expected}\`, found \`${a.actual}\``,
    help: `a bundle is not edited: change the sources and ${anew}`,
  },
);
