/** One component → its service. */
import type { PlanComponent } from '../../../../ir/plan-schema.ts';
import { limitsOf, usualMemoryMiB } from '../../../../plan/profiles/limits.ts';
import { profileOf } from '../../../../plan/profiles/profile-of.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import { filesOf, type MountedFile } from '../containers/files.ts';
import { profileParts } from '../containers/profile.ts';
import type { Tell } from '../containers/tell.ts';
import { imageOf } from '../containers/unfit.ts';
import { knownValue, leavesIn, type Read, type Text } from '../containers/values.ts';
import type { Yaml, YamlObject } from '../containers/yaml.ts';
import { healthIn } from './health.ts';
import { labelsOf } from './labels.ts';
import { launcher } from './launcher.ts';
import { gateAt, type Layout } from './layout.ts';
import { gateName, volumeName } from './names.ts';
import { limitKeys, restartOf } from './running.ts';
import { sourceMount } from './source-mount.ts';
import { startOf } from './start.ts';
import { inCompose } from './subnets.ts';
import { composeText, escaped, variableOfLeaf } from './values.ts';
import { words } from './words.ts';

export interface ComponentParts {
  readonly service: YamlObject;
  /** Below the folder of the output. */
  readonly files: readonly (readonly [string, string])[];
  /** Paths of the config whose values are files. */
  readonly secrets: readonly string[];
}

export function serviceOf(
  component: WiredComponent,
  of: PlanComponent,
  read: Read,
  layout: Layout,
  tell: Tell,
): ComponentParts | undefined {
  const { moniker } = component;
  const name = layout.services.get(moniker) as string;
  const mounted = filesOf(component, read, name, tell, words);
  const start = startOf(component, read.parts, tell);
  if (!mounted || !start) return undefined;
  const textOf = (text: Text): string =>
    composeText(text, (leaf) => variableOfLeaf(leaf, knownValue(component, leaf), read.presence.get(leaf.path)));
  const image = imageOf(of, layout.plan);
  const settings = layout.plan.runtime?.components?.[moniker] ?? {};
  const profile = profileOf(moniker, layout.plan.runtime);
  const told = profile ? profileParts(profile, name) : undefined;
  const source = 'path' in component.program ? sourceMount(component.source) : undefined;
  const subnet = layout.subnets.get(name);
  const shown = Object.fromEntries([
    ...egressVariables(component, layout),
    ...Object.entries(told?.env ?? {}).map(([key, text]) => [key, escaped(text)] as const),
    ...start.env.map(([key, text]) => [key, textOf(text)] as const),
    ...start.passed.map((leaf) => [
      leaf.env,
      variableOfLeaf(leaf, knownValue(component, leaf), read.presence.get(leaf.path)),
    ]),
  ]);
  const limits = limitsOf(settings.limits, profile);
  const waits = dependsOn(component, layout);
  const volumes: readonly Yaml[] = [
    ...(source ? [source.mount] : []),
    ...component.storage.map(({ id, target }) => ({ type: 'volume', source: volumeName(id), target: escaped(target) })),
    ...[...mounted.binds, ...(told?.files ?? [])].map(bindOf),
  ];
  const secretFiles = [
    ...leavesIn(start.secretTexts)
      .filter(({ secret }) => secret)
      .map(({ path }) => ({ source: path })),
    ...mounted.values.map(({ leaf, target }) => ({ source: leaf.path, target: escaped(target) })),
  ];
  const service: YamlObject = {
    image: image === undefined ? textOf(read.parts.image ?? []) : image,
    entrypoint: start.launched
      ? launcher(
          start.argv,
          start.secretEnv,
          start.passed.map(({ env }) => env),
        )
      : start.argv.length > 0
        ? start.argv.map(textOf)
        : undefined,
    working_dir: source?.folder,
    environment: Object.keys(shown).length === 0 ? undefined : shown,
    labels: labelsOf(of, layout.plan),
    networks: { [name]: { ipv4_address: inCompose(subnet?.other ?? '') } },
    // Docker would ask the machine's own name servers, of which an internal network knows nothing.
    dns: ['127.0.0.1'],
    depends_on: Object.keys(waits).length === 0 ? undefined : waits,
    healthcheck: healthIn(layout.plan, component.ports, settings.readySeconds),
    ...restartOf(settings),
    ...limitKeys(limits, usualMemoryMiB),
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    volumes: volumes.length === 0 ? undefined : volumes,
    secrets: secretFiles.length === 0 ? undefined : secretFiles,
  };
  return {
    service,
    files: [...mounted.binds, ...(told?.files ?? [])].map(({ from, content }) => [from, content] as const),
    secrets: [...new Set(secretFiles.map(({ source: path }) => path))],
  };
}

const bindOf = ({ from, target }: MountedFile): YamlObject => ({
  type: 'bind',
  source: `./${from}`,
  target: escaped(target),
  read_only: true,
});

/** The gate comes first for who has a way out; providers that it needs are waited for, those of weak edges are not. */
function dependsOn(component: WiredComponent, layout: Layout): YamlObject {
  const own = layout.services.get(component.moniker);
  const gated = layout.gated.has(own as string);
  const healthy = { condition: 'service_healthy' };
  return {
    ...(gated ? { [gateName]: healthy } : {}),
    ...Object.fromEntries(component.after.map((moniker) => [layout.services.get(moniker) as string, healthy])),
  };
}

/** The names that most programs look at; those that the program sets itself come later and count. */
function egressVariables({ moniker }: WiredComponent, layout: Layout): readonly (readonly [string, string])[] {
  const port = layout.portOf.get(`${moniker} egress`);
  if (port === undefined) return [];
  const url = `http://${inCompose(gateAt(layout, moniker, port))}`;
  const gate = inCompose(layout.subnets.get(layout.services.get(moniker) as string)?.gate ?? '');
  const none = `localhost,127.0.0.1,::1,${gate}`;
  return [
    ...['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((name) => [name, url] as const),
    ...['NO_PROXY', 'no_proxy'].map((name) => [name, none] as const),
  ];
}
