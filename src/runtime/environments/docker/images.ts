/** Images of a run: they have to be there, and nothing is fetched. */
import { type Engine, EngineRefusal } from '../../../adapters/docker/engine.ts';
import { removeContainer } from '../../../adapters/docker/left.ts';
import { object } from '../../../adapters/docker/state.ts';
import type { JsonValue } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';

export interface Image {
  /** Of its config, which names its layers: what is executed. */
  readonly id: string;
  /** Empty where it names none. */
  readonly user: string;
  /** Number of that user; undefined where it names none, or one that nobody knows. */
  readonly uid: number | undefined;
  /** What it starts by itself. */
  readonly command: readonly string[];
  readonly stopSignal: string;
}

/** By reference. */
export type Images = ReadonlyMap<string, Image>;

export async function findImages(
  engine: Engine,
  users: ReadonlyMap<string, readonly string[]>,
  labels: Readonly<Record<string, string>>,
): Promise<{ readonly images: Images; readonly blocked: readonly Blocked[] }> {
  const images = new Map<string, Image>();
  const blocked: Blocked[] = [];
  for (const [reference, monikers] of users) {
    try {
      const image = imageIn(await engine.ask({ path: `/images/${encodeReference(reference)}/json` }));
      images.set(reference, { ...image, uid: await uidOf(engine, image, labels) });
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error;
      blocked.push(...monikers.map((moniker) => missing(moniker, reference, error)));
    }
  }
  return { images, blocked };
}

/** Slashes and colons are parts of the path that the engine reads. */
const encodeReference = (reference: string): string =>
  encodeURIComponent(reference).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%40', '@');

/** A name is looked up in the image itself, by way of a container that is never started. */
async function uidOf(
  engine: Engine,
  { id, user }: Pick<Image, 'id' | 'user'>,
  labels: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const [name = ''] = user.split(':');
  if (/^\d+$/.test(name)) return Number(name);
  if (name === '' || name === 'root') return name === '' ? undefined : 0;
  const body = { Image: id, Entrypoint: ['/'], Labels: labels };
  const made = object(await engine.ask({ method: 'POST', path: '/containers/create', body }));
  const container = String(made['Id']);
  try {
    const known = (await engine.file(container, '/etc/passwd')) ?? '';
    const line = known.split(/[\n\0]/).find((one) => one.startsWith(`${name}:`));
    const uid = line?.split(':')[2] ?? '';
    return /^\d+$/.test(uid) ? Number(uid) : undefined;
  } finally {
    await removeContainer(engine, container);
  }
}

function imageIn(inspected: JsonValue | undefined): Omit<Image, 'uid'> {
  const all = object(inspected);
  const config = object(all['Config']);
  const words = (name: string): readonly string[] => {
    const value = config[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  const text = (name: string): string => (typeof config[name] === 'string' ? (config[name] as string) : '');
  return {
    id: String(all['Id'] ?? ''),
    user: text('User'),
    command: [...words('Entrypoint'), ...words('Cmd')],
    stopSignal: text('StopSignal') || 'SIGTERM',
  };
}

const missing = (moniker: string, reference: string, { status, message }: EngineRefusal): Blocked => ({
  gate: 'image_missing',
  subject: moniker,
  reasons: [status === 404 ? `the engine has no image \`${reference}\`` : `\`${reference}\`: ${message}`],
  remedy: `a run fetches nothing: \`docker pull ${reference}\`, or build it, and run again`,
});
