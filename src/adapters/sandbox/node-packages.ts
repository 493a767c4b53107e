/** Where a program for node finds packages: outside of its own folder, and yet not the whole project around it. */
import { basename, dirname, join } from 'node:path';
import { packageFolder } from '../files/package-folder.ts';
import { isTooWide } from './host-view.ts';
import { isFile, isLink, realPath, statOf } from './look.ts';

/** What `import 'headgate/policy'` takes of a package. */
const sdk = ['package.json', 'dist/policy.js'] as const;
const sdkIn = (folder: string): readonly string[] => sdk.map((name) => join(folder, name)).filter(isFile);

/** The SDK, where node looks last: a `headgate` that a project installed wins. Path inside → path on the host. */
export function sdkMounts(): ReadonlyMap<string, string> {
  const folder = packageFolder();
  return sdkIn(folder).length < sdk.length
    ? new Map()
    : new Map(sdk.map((name) => [`/node_modules/headgate/${name}`, join(folder, name)]));
}

/** True of a command line that starts node: by itself, through `env`, or as a script. */
export const startsNode = (argv: readonly string[]): boolean =>
  argv.slice(0, 4).some((word) => /^node(?:js|-?\d+)?$|\.[cm]?js$/.test(basename(word)));

/**
 * `node_modules` and `package.json` of the folder and of those around it, up to the first that holds everybody's things. A `headgate` in
 * them that is a link (`npm link`, `file:`) is followed.
 */
export function packagesAround(folder: string): readonly string[] {
  const found: string[] = [];
  for (let above = folder; !isTooWide(above); above = dirname(above)) {
    // Inside of the package, its name means itself.
    if (above === packageFolder()) found.push(...sdkIn(above));
    const packages = join(above, 'node_modules');
    if (isFile(join(above, 'package.json'))) found.push(join(above, 'package.json'));
    if (!statOf(packages)?.isDirectory()) continue;
    const own = join(packages, 'headgate');
    found.push(packages, ...(isLink(own) ? sdkIn(realPath(own)) : []));
  }
  return found;
}
