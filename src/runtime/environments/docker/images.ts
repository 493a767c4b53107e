/** Images of a run: they have to be there, and nothing is fetched. */
import { type Engine, EngineRefusal } from '../../../adapters/docker/engine.ts';
import { object } from '../../../adapters/docker/state.ts';
import type { JsonValue } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';

export interface Image {
  /** Of its config, which names its layers: what is executed. */
  readonly id: string;
  /** Empty where it names none. */
  readonly user: string;
  /** What it starts by itself. */
  readonly command: readonly string[];
  readonly stopSignal: string;
}

/** By reference. */
export type Images = ReadonlyMap<string, Image>;

export async function findImages(
  engine: Engine,
  users: ReadonlyMap<string, readonly string[]>,
): Promise<{ readonly images: Images; readonly blocked: readonly Blocked[] }> {
  const images = new Map<string, Image>();
  const blocked: Blocked[] = [];
  for (const [reference, monikers] of users) {
    try {
      images.set(reference, imageIn(await engine.ask({ path: `/images/${encodeReference(reference)}/json` })));
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

function imageIn(inspected: JsonValue | undefined): Image {
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
