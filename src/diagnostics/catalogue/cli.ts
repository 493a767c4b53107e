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
  help: 'a folder stands for its scenario.yaml, scenario.yml, scenario.json5 or scenario.json, and then for root.* likewise; name the manifest itself when it is called otherwise',
});

export const outputNotWritable = define('cli/output-not-writable', {
  severity: 'error',
  title: 'an output cannot be written',
  message: (a: { path: string; reason: string; remedy: string | undefined }) =>
    `cannot write \`${a.path}\`: ${a.reason}; none of the outputs was written`,
  help: (a) => a.remedy,
});

export const configFile = define('cli/config-file', {
  severity: 'error',
  title: 'the file of --config cannot be used',
  message: (a: { path: string; reason: string }) => `config file \`${a.path}\` cannot be used: ${a.reason}`,
  help: 'give a YAML, JSON5 or JSON file that holds one object: the config of the root component',
});
