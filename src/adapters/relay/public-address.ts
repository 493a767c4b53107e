/** Which addresses are of the public internet, and of nothing nearer. */
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** One spelling for one place: case, the dot of the root, and every way to write an address. */
export function normalHost(host: string): string {
  const plain = host.toLowerCase().replace(/\.$/, '');
  try {
    return isIP(plain) === 6 ? new URL(`http://[${plain}]/`).hostname.slice(1, -1) : plain;
  } catch {
    return plain;
  }
}

const near = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, with the metadata services of most clouds.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Azure's, in the middle of public addresses.
  ['168.63.129.16', 32],
] as const)
  near.addSubnet(network, bits, 'ipv4');

/** Global unicast, without the parts of it that carry an IPv4 address or lead nowhere. */
const far6 = new BlockList();
far6.addSubnet('2000::', 3, 'ipv6');
const near6 = new BlockList();
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  near6.addSubnet(network, bits, 'ipv6');

/** By what the address says; one that is this machine's own may be among them. */
export const isFar = (address: string): boolean =>
  isIP(address) === 4 ? !near.check(address, 'ipv4') : far6.check(address, 'ipv6') && !near6.check(address, 'ipv6');

export const isPublic = (address: string): boolean => isFar(address) && !isOwn(normalHost(address));

/** This machine, by an address that others reach it at. */
const isOwn = (address: string): boolean =>
  Object.values(networkInterfaces())
    .flat()
    .some((known) => known !== undefined && normalHost(known.address.replace(/%.*$/, '')) === address);
