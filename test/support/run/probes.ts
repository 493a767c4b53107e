/** Asking from inside a sandbox of examples/isolation, and what may answer there. */
import { networkInterfaces } from 'node:os';

export interface Probe {
  readonly target: string;
  readonly result: string;
}

export async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  return response.json();
}

/** `at` is the URL of a component, with the way through slots when it has no export of its own. */
export const probe = (at: string, target: string): Promise<Probe> =>
  getJson(`${at}/probe?target=${encodeURIComponent(target)}`) as Promise<Probe>;

/** Addresses of this machine other than loopback, of both families. */
export const ownAddresses = (): readonly string[] =>
  Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    (list ?? [])
      .filter(({ internal }) => !internal)
      .map(({ address, scopeid }) => (scopeid ? `${address}%${name}` : address)),
  );

export const place = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** Gateways under which a machine is seen by containers and by slirp, cloud metadata, and the world. */
export const elsewhere: readonly string[] = ['10.0.2.2', '10.0.2.3', '172.17.0.1', '169.254.1.1', '192.0.2.1'];
export const world: readonly string[] = [
  'tcp:169.254.169.254:80',
  'tcp:[fd00:ec2::254]:80',
  'tcp:1.1.1.1:443',
  'tcp:[2606:4700:4700::1111]:443',
  'udp:1.1.1.1:53',
  'udp:8.8.8.8:53',
  'dns:example.com',
  'dns:metadata.google.internal',
];
