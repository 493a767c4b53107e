/** What a component is given on this machine, whoever starts something in its place. */
import { proxyEnvironment } from '../../../adapters/relay/egress-environment.ts';
import { type SandboxLimits, standardLimits } from '../../../adapters/sandbox/limits.ts';
import type { SandboxSpec } from '../../../adapters/sandbox/spec.ts';
import type { Budget } from '../../component.ts';
import type { LocalComponent } from './component.ts';
import type { LaidStorage } from './storage.ts';
import type { Ways } from './ways.ts';

export type Given = Required<Pick<SandboxSpec, 'env' | 'files' | 'slots' | 'limits' | 'binds' | 'scratch'>>;

export function givenTo(component: LocalComponent, ways: Ways, storage: LaidStorage): Given {
  const { moniker, egress } = component;
  return {
    // What the author says counts more than the way to the proxy.
    env: { ...wayOut(component), ...component.env },
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
    limits: limitsOf(component.budget),
    binds: storage.binds,
    scratch: storage.scratch,
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

const limitsOf = ({ cpuSeconds, memoryMiB, processes }: Budget): SandboxLimits => ({
  ...usualLimits,
  ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
  ...(memoryMiB === undefined ? {} : { totalBytes: memoryMiB * 1024 * 1024 }),
  ...(processes === undefined ? {} : { processes }),
});

const wayOut = ({ egress, ports, slots }: LocalComponent): Readonly<Record<string, string>> =>
  egress === null ? {} : proxyEnvironment(egress.port, egress.grants, [...ports, ...slots.map(({ port }) => port)]);
