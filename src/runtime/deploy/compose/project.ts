/** What was written for Compose → a project of one run: its name, its files, and the values that it is given. */
import { isObject, type JsonObject } from '../../../base/json.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { checkCompose } from '../../../plan/targets/compose/check.ts';
import { readYaml } from '../../../plan/targets/read/yaml.ts';
import { exportVariable, slotVariable } from '../../../plan/wiring/variable-name.ts';
import { configTexts } from '../config-texts.ts';

export type Files = ReadonlyMap<string, string>;

/** Of a run, and of no other; as Docker allows it. */
export const projectName = (runId: string): string => `headgate-${runId}`;

export interface Kept {
  /** As the project calls it. */
  readonly volume: string;
  /** As Docker calls it, for all runs of this scenario at this place. */
  readonly name: string;
  readonly moniker: string;
}

/**
 * Storage is of the scenario and not of the run: volumes that are kept get a name of their own, and are made before Compose is asked. Throws
 * where the result is not what the plan says.
 */
export function projectOf(
  files: Files,
  plan: DeploymentPlan,
  storageKey: string,
): { readonly files: Files; readonly kept: readonly Kept[] } {
  const text = files.get('compose.yaml') ?? '';
  const volumes = readYaml(text)['volumes'];
  const kept = Object.entries(isObject(volumes) ? volumes : {}).flatMap(([volume, one]): readonly Kept[] => {
    const labels = isObject(one) && isObject(one['labels']) ? one['labels'] : {};
    // What has options of its own is memory.
    if (!isObject(one) || one['driver_opts'] !== undefined) return [];
    return [
      {
        volume,
        name: `headgate_${storageKey}_${volume}`,
        moniker: String(labels['headgate.dev/moniker'] ?? '').replaceAll('$$', '$'),
      },
    ];
  });
  const changed = new Map([
    ...files,
    ['compose.yaml', withNames(text, new Map(kept.map((one) => [one.volume, one.name])))],
  ]);
  const faults = checkCompose(changed, plan);
  if (faults.length > 0) throw new Error(`the project is not what the plan says: ${faults.join('; ')}`);
  return { files: changed, kept };
}

/** The entries of `volumes` that have a name, and nothing else. */
function withNames(text: string, names: ReadonlyMap<string, string>): string {
  const lines: string[] = [];
  let isVolumes = false;
  let isNamed = false;
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) isVolumes = line === 'volumes:';
    const key = isVolumes ? /^ {2}(\S.*):(?: \{\})?$/.exec(line)?.[1] : undefined;
    const name = key === undefined ? undefined : names.get(key.startsWith('"') ? String(JSON.parse(key)) : key);
    if (key !== undefined) isNamed = name !== undefined;
    if (name !== undefined) lines.push(`  ${key}:`, '    external: true', `    name: ${JSON.stringify(name)}`);
    else if (!(isVolumes && isNamed && line.startsWith('    '))) lines.push(line);
  }
  return lines.join('\n');
}

export interface Values {
  /** Of the root config, as far as it is known. */
  readonly root: JsonObject;
  /** By name of the slot: `host:port`. */
  readonly externals: Readonly<Record<string, string>>;
  readonly exportPorts: Readonly<Record<string, number>>;
  readonly prefix: string;
  readonly sourceFolder: string;
}

/** What Compose puts in the place of the project's variables; nothing of it is secret but what the project itself puts into no container's sight. */
export function variablesOf(plan: DeploymentPlan, values: Values): Readonly<Record<string, string>> {
  const texts = configTexts(plan, values.root);
  const config = plan.config.leaves.flatMap(({ path, env, secret }): readonly (readonly [string, string])[] => {
    const text = texts.get(path);
    return secret || text === undefined ? [] : [[env, text]];
  });
  return Object.fromEntries([
    ...config,
    ...Object.entries(values.externals).map(([slot, place]) => [slotVariable(slot), place] as const),
    ...placesOf(values),
  ]);
}

/** What is the same for everybody who looks at the project later. */
export const placesOf = ({ exportPorts, prefix, sourceFolder }: Values): readonly (readonly [string, string])[] => [
  ...Object.entries(exportPorts).map(([name, port]) => [exportVariable(name), String(port)] as const),
  ['HEADGATE_SUBNET', prefix],
  ['HEADGATE_SOURCE', sourceFolder],
];

/** Files of the project that hold values: by path below it. A value that is not given is an empty file. */
export function secretFiles(files: Files, plan: DeploymentPlan, root: JsonObject): ReadonlyMap<string, string> {
  const secrets = readYaml(files.get('compose.yaml') ?? '')['secrets'];
  const texts = configTexts(plan, root);
  return new Map(
    (isObject(secrets) ? Object.keys(secrets) : []).map((path) => [`secrets/${path}`, texts.get(path) ?? '']),
  );
}

/** As a container finds it. */
export const thisMachine = 'host.docker.internal';

/** `http://127.0.0.1:5432` → `host.docker.internal:5432`, for what runs in a container. Undefined where no bytes can be passed on as they are. */
export function placeOfUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(url);
  const usual: Readonly<Record<string, string>> = { 'http:': '80', 'tcp:': '' };
  const at = port === '' ? usual[protocol] : port;
  if (!Object.hasOwn(usual, protocol) || at === undefined || at === '' || !['', '/'].includes(pathname))
    return undefined;
  const isNear = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
  return `${isNear ? thisMachine : hostname}:${at}`;
}
