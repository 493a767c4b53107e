/**
 * Where networks lie: each in eight addresses of its own, below a prefix of two numbers that `.env` may change. A network keeps its place when
 * others come and go, as far as can be: Compose cannot move one that is there.
 */
import { compareText } from '../../../../base/order.ts';
import { numberOf } from './names.ts';

/** Eight addresses each. */
export const mostNetworks = 65_536 / 8;

export const prefixVariable = 'HEADGATE_SUBNET';
export const usualPrefix = '10.213';

/** `{prefix}` stands for the two numbers. */
export interface Subnet {
  readonly cidr: string;
  readonly gate: string;
  readonly other: string;
}

/** By name of the network. Undefined where there are more than fit. O(n log n). */
export function placeNetworks(names: readonly string[]): ReadonlyMap<string, Subnet> | undefined {
  if (names.length > mostNetworks) return undefined;
  const taken = new Set<number>();
  const places = new Map<string, Subnet>();
  for (const name of [...names].sort(compareText)) {
    let place = numberOf(`network ${name}`) % mostNetworks;
    while (taken.has(place)) place = (place + 1) % mostNetworks;
    taken.add(place);
    places.set(name, subnetAt(place));
  }
  return places;
}

/** The first address of a network is Docker's own, whether a bridge has it or not. */
function subnetAt(place: number): Subnet {
  const third = place >> 5;
  const fourth = (place & 31) * 8;
  const at = (offset: number): string => `{prefix}.${third}.${fourth + offset}`;
  return { cidr: `${at(0)}/29`, gate: at(2), other: at(3) };
}

/** As Compose reads it. */
export const inCompose = (address: string): string =>
  address.replace('{prefix}', `\${${prefixVariable}:-${usualPrefix}}`);
/** As HAProxy and Squid do, which are given the variable. */
export const inGate = (address: string): string => address.replace('{prefix}', `\${${prefixVariable}}`);
