/** What a component is given on this machine, whoever starts something in its place. */
import { proxyEnvironment } from '../../../adapters/relay/egress-environment.ts';
import { type SandboxLimits, standardLimits } from '../../../adapters/sandbox/limits.ts';
import type { SandboxSpec } from '../../../adapters/sandbox/spec.ts';
import { workspaceInside, workspaceVariable } from '../../workspaces/places.ts';
import type { LocalComponent } from './component.ts';
import { runsOnHost } from './host-programs.ts';
import type { ProfilePlace } from './profile-place.ts';
import type { LaidStorage } from './storage.ts';
import type { Ways } from './ways.ts';

export type Given = Required<
  Pick<SandboxSpec, 'env' | 'files' | 'slots' | 'limits' | 'binds' | 'scratch' | 'shown' | 'tools'>
> &
  Pick<SandboxSpec, 'cache' | 'beginsAt'>;

export function givenTo(component: LocalComponent, ways: Ways, storage: LaidStorage, profile: ProfilePlace): Given {
  const { moniker, egress } = component;
  const workspace = workspaceOf(component);
  return {
    // What the author says counts more than the way to the proxy.
    env: { ...wayOut(component), ...profile.defaults, ...component.env, ...profile.env, ...workspace.env },
    files: component.files,
    slots: [
      ...component.slots.map(({ slot, address, port, edge }) => ({
        name: slot,
        address,
        port,
        socket: ways.edge(edge),
      })),
      ...(egress === null ? [] : [{ name: 'egress', port: egress.port, socket: ways.egress(moniker) }]),
    ],
    limits: limitsOf(component),
    binds: [...storage.binds, ...workspace.binds],
    ...workspace.begins,
    scratch: storage.scratch,
    shown: profile.shown,
    tools: profile.tools,
    ...(profile.cache ? { cache: profile.cache } : {}),
  };
}

/** What its own program is given: nobody else in its place speaks in its name. */
export function startedWith(...given: Parameters<typeof givenTo>): Given {
  const [{ moniker, channel }, ways] = given;
  const all = givenTo(...given);
  if (!channel) return all;
  const { address, port } = channel;
  return {
    ...all,
    env: { ...all.env, HEADGATE_CONTROL_URL: `http://${address}:${port}` },
    slots: [...all.slots, { name: 'control', address, port, socket: ways.channel(moniker) }],
  };
}

/** Without a sandbox it is where it is. */
function workspaceOf(component: LocalComponent): Pick<Given, 'env' | 'binds'> & {
  readonly begins: Pick<Given, 'beginsAt'>;
} {
  if (!component.workspace) return { env: {}, binds: [], begins: {} };
  const { files } = component.workspace;
  const isOnHost = runsOnHost(component);
  const at = isOnHost ? files : workspaceInside;
  return {
    env: { [workspaceVariable]: at },
    binds: isOnHost ? [] : [{ source: files, target: workspaceInside, writable: true }],
    begins: { beginsAt: at },
  };
}

/** Long-lived programs are not limited in time. */
export const usualLimits: SandboxLimits = {
  ...standardLimits,
  cpuSeconds: null,
  fileBytes: null,
  totalBytes: 4 * 1024 ** 3,
  watchMs: 200,
};

const limitsOf = ({ budget, profile }: Pick<LocalComponent, 'budget' | 'profile'>): SandboxLimits => {
  const { cpuSeconds, memoryMiB, processes, diskBytes } = budget;
  const bytes = memoryMiB === undefined ? usualLimits.totalBytes : memoryMiB * 1024 * 1024;
  return {
    ...usualLimits,
    ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
    totalBytes: bytes,
    // What is wider for all of them together is wider for each.
    ...(profile?.sandbox?.memoryMiB === undefined ? {} : { dataBytes: Math.max(usualLimits.dataBytes, bytes) }),
    ...(processes === undefined ? {} : { processes }),
    ...(diskBytes === undefined ? {} : { fileBytes: diskBytes, tmpBytes: Math.min(usualLimits.tmpBytes, diskBytes) }),
  };
};

const wayOut = ({ egress, ports, slots, channel }: LocalComponent): Readonly<Record<string, string>> =>
  egress === null
    ? {}
    : proxyEnvironment(egress.port, egress.grants, [
        ...ports,
        ...[...slots, ...(channel ? [channel] : [])].map(({ port }) => port),
      ]);
