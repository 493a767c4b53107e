/** Where a component finds its slots and its way out: ports on the loopback of its own sandbox, fixed by the plan and its grants. */
import { slotAddress } from '../../../adapters/relay/egress-environment.ts';
import type { Addressing } from '../../../plan/wiring/addressing.ts';
import type { WiredComponent } from '../../../plan/wiring/component.ts';
import type { SlotEdge } from '../../../plan/wiring/edges.ts';
import type { LocalComponent, SlotPort } from './component.ts';

const FIRST_SLOT_PORT = 20_000;

/** What a component binds to itself needs no way around. */
const isSelf = ({ from }: SlotEdge, { moniker }: WiredComponent): boolean =>
  from.kind === 'component' && from.moniker === moniker;

/** From 20000 upwards in the order of the edges, around what the program listens on itself and what is taken `besides`. */
export function allocatePorts(
  component: WiredComponent,
  grants: readonly string[],
  besides: ReadonlySet<number> = new Set(),
): readonly SlotPort[] {
  const address = slotAddress(grants);
  const taken = new Set([...component.ports, ...besides]);
  let port = FIRST_SLOT_PORT;
  return component.slots.flatMap((edge) => {
    if (isSelf(edge, component)) return [];
    while (taken.has(port)) port++;
    return [{ slot: edge.to.slot, address, port: port++, edge: edge.key }];
  });
}

/** Behind the last slot. */
export function egressOf(
  component: WiredComponent,
  slots: readonly SlotPort[],
  grants: readonly string[],
  besides: ReadonlySet<number> = new Set(),
): LocalComponent['egress'] {
  if (grants.length === 0) return null;
  const taken = new Set([...component.ports, ...besides]);
  let port = Math.max(FIRST_SLOT_PORT - 1, ...slots.map((slot) => slot.port)) + 1;
  while (taken.has(port)) port++;
  return { grants, port };
}

/** Behind all of these. */
export function channelOf(
  component: WiredComponent,
  slots: readonly SlotPort[],
  egress: LocalComponent['egress'],
): NonNullable<LocalComponent['channel']> {
  const taken = new Set(component.ports);
  let port = Math.max(FIRST_SLOT_PORT - 1, egress?.port ?? 0, ...slots.map((slot) => slot.port)) + 1;
  while (taken.has(port)) port++;
  return { address: slotAddress(egress?.grants ?? []), port };
}

export const localAddressing = (slots: readonly SlotPort[]): Addressing => ({
  slotUrl: (edge, consumer) => {
    const { from, key, protocol } = edge;
    if (from.kind === 'component' && isSelf(edge, consumer)) return `${protocol}://127.0.0.1:${from.port}`;
    const slot = slots.find((one) => one.edge === key);
    return `${protocol}://${slot?.address}:${slot?.port}`;
  },
});
