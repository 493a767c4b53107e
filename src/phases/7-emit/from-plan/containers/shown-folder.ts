/** The folder that the program of a `path` component is shown in a container, below that of the root manifest. */

/** `inside`: where in it the manifest's own folder is, empty or with a slash in front. Undefined where no file of this machine is the manifest. */
export function shownFolder(manifest: string | null): { readonly shown: string; readonly inside: string } | undefined {
  if (manifest === null || /^[a-z][a-z0-9+.-]*:/i.test(manifest)) return undefined;
  const own = manifest.slice(0, Math.max(0, manifest.lastIndexOf('/')));
  const shown = packageOf(manifest) ?? own;
  return { shown, inside: own.slice(shown.length) };
}

/** A package that is installed is one thing: its programs take files from all over it, as those of ready-made policies do. */
const packageOf = (manifest: string): string | undefined =>
  /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(manifest)?.[0];
