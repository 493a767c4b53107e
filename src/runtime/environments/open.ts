/** The places that a run needs. A driver more is a folder here and a line. */

import { mkdirSync } from 'node:fs';
import { homeOf } from '../../adapters/files/home.ts';
import type { ChannelDoor } from '../../adapters/relay/control-channel.ts';
import { hiddenPlaces } from '../../adapters/vaults/hidden-places.ts';
import type { Binder } from '../bindings/binder.ts';
import type { Opened } from '../open-run.ts';
import type { Redactor } from '../redactor/redactor.ts';
import type { SettledOptions } from '../run-options.ts';
import { treeOfRun } from '../sources.ts';
import { runCopies } from '../workspaces/check-workspaces.ts';
import { copyPlaces } from '../workspaces/places.ts';
import type { RunCopy } from '../workspaces/run-copies.ts';
import { createDockerEnvironment } from './docker/environment.ts';
import type { Assembled } from './local/assemble.ts';
import type { LocalComponent } from './local/component.ts';
import { createLocalEnvironment } from './local/environment.ts';
import { storageKey } from './local/storage.ts';
import { type Placement, place } from './placement.ts';

interface Opening {
  readonly assembled: Assembled;
  readonly redactor: Redactor;
  readonly secretUrl: Binder['url'];
  /** See `Budgets`. */
  readonly connect: (moniker: string) => boolean;
  readonly door: ChannelDoor | undefined;
}

export function openEnvironments(
  { id, paths, plan, onEvent }: Opened,
  options: SettledOptions,
  { assembled, redactor, secretUrl, connect, door }: Opening,
): Placement {
  const around = { stateDir: options.stateDir, run: id, copies: runCopies(plan, options.sourceFolder) };
  mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
  const components = assembled.components.map((one) => withWorkspace(one, around));
  const local = createLocalEnvironment({
    assembled: { ...assembled, components },
    tree: treeOfRun(options),
    run: id,
    stateDir: options.stateDir,
    hidden: hiddenPlaces(
      plan.runtime?.vaults ?? {},
      { folder: options.sourceFolder, home: homeOf(options.env) },
      options.stateDir,
    ),
    storage: storageKey(options.sourceFolder, plan.scenario.root),
    scratch: paths.scratch,
    exportPorts: options.exportPorts,
    externals: options.externals,
    secretUrl,
    connect,
    ...(door ? { door } : {}),
    ends: paths.ends,
    logs: {
      folder: paths.logs,
      clock: () => new Date().toISOString(),
      redactor,
      onLine: (line) => onEvent({ type: 'log', line }),
    },
  });
  const boxed = components.filter(({ image }) => image !== undefined);
  if (boxed.length === 0) return place(local);
  const docker = createDockerEnvironment({
    components: boxed,
    run: id,
    ends: paths.ends,
    env: options.env,
    redact: redactor.redact,
    tree: treeOfRun(options),
    local,
  });
  return place(local, new Map(boxed.map(({ moniker }) => [moniker, docker])));
}

function withWorkspace(
  component: LocalComponent,
  { stateDir, run, copies }: { readonly stateDir: string; readonly run: string; readonly copies: readonly RunCopy[] },
): LocalComponent {
  const copy = copies.find(({ users }) => users.includes(component.moniker));
  if (!copy) return component;
  return { ...component, workspace: { files: copyPlaces(stateDir, run, copy.id).files, source: copy.source } };
}
