import { isConfigKey } from '../names.ts';

export const envPrefix = 'HEADGATE_CONFIG_';
/** Read as well, so that an environment made for the reference implementation works. */
export const amberEnvPrefix = 'AMBER_CONFIG_';

const suffix = (path: string): string => path.toUpperCase().replaceAll('.', '__');

/** `a.b_c` → `HEADGATE_CONFIG_A__B_C`. Config keys have no `__`, so no two paths share a name. */
export const envName = (path: string): string => envPrefix + suffix(path);

export const amberEnvName = (path: string): string => amberEnvPrefix + suffix(path);

/** The path that a variable of either spelling is for; undefined for any other name. */
export function pathOfEnvName(name: string): string | undefined {
  const prefix = [envPrefix, amberEnvPrefix].find((start) => name.startsWith(start));
  if (prefix === undefined) return undefined;
  const rest = name.slice(prefix.length);
  const segments = rest.toLowerCase().split('__');
  return rest === rest.toUpperCase() && segments.every(isConfigKey) ? segments.join('.') : undefined;
}
