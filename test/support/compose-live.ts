/** From the places of components of a project that runs: which connections can be made. Needs `node` in their images. */
import { spawn } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { readProject } from '../../src/plan/targets/compose/model.ts';
import { readYaml } from '../../src/plan/targets/read/yaml.ts';
import type { Files } from './compose.ts';

export interface Place {
  readonly service: string;
  readonly moniker: string;
  readonly container: string;
}

type Address = readonly [address: string, port: number];

/** Tells the addresses of its input that take a connection, within six seconds each and 400 at once. */
const prober = `
const net = require('node:net');
const all = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const open = [];
// What answers does so at once, and what is dropped never does.
const patience = 6 * 1000;
const one = ([host, port]) => new Promise((done) => {
  const socket = net.connect({ host, port, timeout: patience });
  const end = (is) => { if (is) open.push([host, port]); socket.destroy(); done(); };
  // Anything else would be no news of the network.
  const closed = (error) => { if (!/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ECONNRESET|EACCES|EPERM/.test(error.code)) throw error; end(false); };
  socket.on('connect', () => end(true)).on('error', closed).on('timeout', () => end(false));
});
const work = async () => { for (let next = all.shift(); next; next = all.shift()) await one(next); };
Promise.all(Array.from({ length: 400 }, work)).then(() => console.log(JSON.stringify(open)));
`;

const openFrom = (container: string, addresses: readonly Address[]): Promise<readonly Address[]> =>
  new Promise((done, fail) => {
    const child = spawn('docker', ['exec', '-i', container, 'node', '-e', prober]);
    let said = '';
    let wrong = '';
    child.stdout.on('data', (text) => {
      said += String(text);
    });
    child.stderr.on('data', (text) => {
      wrong += String(text);
    });
    child.on('close', (code) => (code === 0 ? done(JSON.parse(said) as Address[]) : fail(new Error(wrong))));
    child.stdin.end(JSON.stringify(addresses));
  });

/** The first two numbers of addresses are those of the project that runs. */
export function addressesOf(files: Files, prefix: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const services = readYaml(files.get('compose.yaml') ?? '')['services'] as Record<
    string,
    { networks: Record<string, { ipv4_address: string }> }
  >;
  return new Map(
    Object.entries(services).map(([name, { networks }]) => [
      name,
      new Map(
        Object.entries(networks).map(([network, one]) => [
          network,
          (one.ipv4_address ?? '').replace(/^\$\{[^}]*\}/, prefix),
        ]),
      ),
    ]),
  );
}

/** Every address that there is around the project, and every port that anything listens on. */
export function everything(files: Files, prefix: string, more: readonly number[]): readonly Address[] {
  const inside = [...addressesOf(files, prefix).values()]
    .flatMap((networks) => [...networks.values()])
    .filter((one) => one !== '');
  // The first of each network of eight: where Docker would put the machine.
  const bridges = inside.map((one) => one.replace(/\d+$/, (last) => String(Number(last) - (Number(last) % 8) + 1)));
  const machine = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address),
  );
  const text = [...files.values()].join('\n');
  const named = [...text.matchAll(/:(\d{4,5})\b/g)].map(([, port]) => Number(port));
  const ports = new Set([...named, 53, 80, 443, ...more]);
  const hosts = new Set([...inside, ...bridges, ...machine, '169.254.169.254', '1.1.1.1']);
  return [...hosts].flatMap((host) => [...ports].map((port) => [host, port] as const));
}

/** In the words of the checker, without who answers: that is what the gate's listener says. */
export async function liveReach(
  files: Files,
  prefix: string,
  places: readonly Place[],
  more: readonly number[],
): Promise<readonly string[]> {
  const { listeners } = readProject(files);
  const addresses = addressesOf(files, prefix);
  const found: string[] = [];
  const left = [...places];
  const work = async (): Promise<void> => {
    for (let place = left.shift(); place; place = left.shift()) {
      const { service, moniker, container } = place;
      const own = new Set(addresses.get(service)?.values());
      const tried = everything(files, prefix, more).filter(([address]) => !own.has(address));
      for (const [address, port] of await openFrom(container, tried)) {
        const bind = `${address.startsWith(`${prefix}.`) ? address.replace(prefix, '10.213') : address}:${port}`;
        const key = listeners.find(({ binds }) => binds.includes(bind))?.key ?? bind;
        found.push(`${moniker} via ${key}`);
      }
    }
  };
  await Promise.all(Array.from({ length: 3 }, work));
  return found.sort();
}
