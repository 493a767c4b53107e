import { define } from '../define.ts';

export const inputNotFound = define('cli/input-not-found', {
  severity: 'error',
  title: 'no file or folder at the given path',
  message: (a: { path: string; near: string | undefined }) => `there is nothing at \`${a.path}\``,
  help: (a) =>
    a.near === undefined
      ? 'name a manifest, a folder that holds one, or a URL'
      : `did you mean \`${a.near}\`? Otherwise name a manifest, a folder that holds one, or a URL`,
});

export const noScenarioInDirectory = define('cli/no-scenario-in-directory', {
  severity: 'error',
  title: 'the given folder holds no root manifest',
  message: (a: { path: string }) => `folder \`${a.path}\` holds no scenario`,
  help: 'a folder stands for its scenario.yaml, scenario.yml, scenario.json5 or scenario.json, and then for root.* likewise; if the manifest has another name, name the file itself',
});

export const inputIsIr = define('cli/input-is-ir', {
  severity: 'info',
  title: 'a scenario IR was given in place of a scenario',
  message: (a: { path: string }) =>
    `\`${a.path}\` is a scenario IR: where its parts were written and which policy inserted what is lost, no policy is asked, and no lint is run`,
  help: 'messages about it point into the IR itself; if you have the manifest that it was made from, name that',
});

export const nothingToCheck = define('cli/nothing-to-check', {
  severity: 'error',
  title: 'a folder without manifests was to be checked',
  message: (a: { path: string }) => `there is no manifest in \`${a.path}\` or below it`,
  help: 'a manifest is a YAML, JSON5 or JSON file with the field `manifest_version`; dot folders, node_modules and what `check.exclude` in headgate.yaml names are not searched',
});

export const unversionedManifest = define('cli/unversioned-manifest', {
  severity: 'warning',
  title: 'file that looks like a manifest and is not checked',
  message: (a: { path: string }) =>
    `\`${a.path}\` looks like a manifest, and was not checked: it has no \`manifest_version\``,
  help: 'add `manifest_version: "0.4.0"`, or name it under `check.exclude` in headgate.yaml',
});

export const unreadablePath = define('cli/unreadable-path', {
  severity: 'error',
  title: 'something in a folder cannot be read',
  message: (a: { path: string; reason: string }) => `cannot look into \`${a.path}\`: ${a.reason}`,
  help: 'change its permissions or what is there, or name it under `check.exclude` in headgate.yaml',
});

export const outputNotWritable = define('cli/output-not-writable', {
  severity: 'error',
  title: 'an output cannot be written',
  message: (a: { path: string; reason: string; remedy: string | undefined }) =>
    `cannot write \`${a.path}\`: ${a.reason}; none of the outputs was written`,
  help: (a) => a.remedy ?? 'look at what is there, or write to another place',
});

export const configFile = define('cli/config-file', {
  severity: 'error',
  title: 'the file of --config cannot be used',
  message: (a: { path: string; reason: string }) => `config file \`${a.path}\` cannot be used: ${a.reason}`,
  help: 'give a YAML, JSON5 or JSON file that holds one object: the config of the root component',
});

export const resultsCut = define('cli/results-cut', {
  severity: 'error',
  title: 'a SARIF file has no room for all problems',
  message: (a: { missing: number; total: number }) =>
    `${a.missing} of ${a.total} problems are missing in this SARIF file: code scanning refuses files with more results, or larger ones`,
  help: 'check fewer scenarios in one run, each run with a SARIF file of its own, or use `--format json`, which has no limit',
});

export const noPolicyTests = define('cli/no-policy-tests', {
  severity: 'error',
  title: 'no policy test was run',
  message: (a: { reason: string }) => `no test was run: ${a.reason}; a run that compares nothing does not pass`,
});

export const policyTestFile = define('cli/policy-test-file', {
  severity: 'error',
  title: 'file of policy tests cannot be read',
  message: (a: { path: string; reason: string }) => `cannot read tests from \`${a.path}\`: ${a.reason}`,
});
