/** Where a program for node finds packages: outside of its own folder, and yet not the whole project around it. */
import { basename, dirname, join } from 'node:path';
import { packageFolder } from '../files/package-folder.ts';
import { realPlace, type ScenarioTree } from '../files/scenario-tree.ts';
import { isInside, isTooWide } from './host-view.ts';
import { isFile, isLink, readText, realPath, statOf } from './look.ts';

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
 * `node_modules` and `package.json` of the folder and of those around it, up to the top of the scenario's tree or the first that holds
 * everybody's things. A `headgate` in them that is a link (`npm link`, `file:`) is followed where it leads to a headgate.
 */
export function packagesAround(folder: string, tree: ScenarioTree): readonly string[] {
  const found: string[] = [];
  for (let above = folder; !isTooWide(realPlace(above)) && tree.holdsFolder(above); above = dirname(above)) {
    // Inside of the package, its name means itself.
    if (above === packageFolder()) found.push(...sdkIn(above));
    const packages = join(above, 'node_modules');
    const own = join(above, 'package.json');
    if (isFile(own) && !tree.refusal(own)) found.push(own);
    if (!statOf(packages)?.isDirectory() || !tree.holdsFolder(packages)) continue;
    found.push(packages, ...linkedSdk(join(packages, 'headgate')));
  }
  return found;
}

/** Only these files, and only of a package that says it is headgate: a link may lead anywhere. */
function linkedSdk(link: string): readonly string[] {
  if (!isLink(link)) return [];
  const files = sdkIn(realPath(link));
  const isRegular = files.every((file) => !isLink(file) && isInside(realPlace(file), realPath(link)));
  return isRegular && nameIn(files[0]) === 'headgate' ? files : [];
}

function nameIn(packageJson: string | undefined): unknown {
  try {
    return (JSON.parse(readText(packageJson ?? '')) as { readonly name?: unknown } | null)?.name;
  } catch {
    return undefined;
  }
}
