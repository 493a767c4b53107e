/** Images of a project that the engine does not have: of an image that could not be fetched, Compose tells what the registry said, and not always which one it was. */
import { isObject, type JsonValue } from '../../../base/json.ts';
import { readYaml } from '../../../plan/targets/read/yaml.ts';
import type { Called } from '../call.ts';
import type { Files } from './project.ts';

export interface Used {
  readonly image: string;
  /** A moniker, or what else the service is called. */
  readonly by: string;
}

export function imagesIn(files: Files, variables: Readonly<Record<string, string | undefined>>): readonly Used[] {
  const services = readYaml(files.get('compose.yaml') ?? '')['services'];
  return Object.entries(isObject(services) ? services : {}).flatMap(([name, one]): readonly Used[] => {
    if (!isObject(one) || typeof one['image'] !== 'string') return [];
    const moniker: JsonValue | undefined = isObject(one['labels']) ? one['labels']['headgate.dev/moniker'] : undefined;
    const by = typeof moniker === 'string' ? moniker.replaceAll('$$', '$') : name;
    return [{ image: withValues(one['image'], variables), by }];
  });
}

/** In the words of a fault; undefined where all are there. */
export async function missingImages(
  used: readonly Used[],
  docker: (args: readonly string[]) => Promise<Called>,
): Promise<string | undefined> {
  const missing: string[] = [];
  for (const image of new Set(used.map((one) => one.image))) {
    const { code, stderr } = await docker(['image', 'inspect', '--format', '{{.Id}}', image]);
    if (code === 0 || !/no such image/i.test(stderr)) continue;
    const users = used.filter((one) => one.image === image).map(({ by }) => by);
    missing.push(`${users.join(', ')}: image ${image} is not there, and could not be fetched`);
  }
  return missing.length === 0 ? undefined : missing.join('; ');
}

/** As Compose puts them in. */
const withValues = (text: string, variables: Readonly<Record<string, string | undefined>>): string =>
  text.replace(
    /\$(?:\$|\{(\w+)(?:(:?)([-?])([^}]*))?\})/g,
    (whole, name?: string, colon?: string, how?: string, rest?: string) => {
      if (name === undefined) return whole === '$$' ? '$' : whole;
      const value = variables[name];
      const isGiven = value !== undefined && !(colon === ':' && value === '');
      return isGiven ? value : how === '-' ? (rest ?? '') : '';
    },
  );
