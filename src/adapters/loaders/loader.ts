import { suggest } from '../../base/suggest.ts';
import { isFileUrl } from '../../language/urls.ts';
import type { Loader } from '../../ports/loader.ts';
import { confinedTo } from '../files/confinement.ts';
import { treeAt } from '../files/scenario-tree.ts';
import { createConfinedLoader } from './confined-loader.ts';
import { createFsLoader } from './fs-loader.ts';
import type { HttpLoaderOptions } from './http-loader.ts';

export interface LoaderOptions {
  readonly http?: HttpLoaderOptions;
  /** Folder that holds every local file which may be read, links followed; any file unless given. */
  readonly root?: string;
  /** Told before anything is fetched; what it throws is thrown on. */
  readonly onRemote?: (() => void) | undefined;
}

/** The loader of the command line: files and http(s), chosen by the scheme of the URL. */
export function createLoader(options: LoaderOptions = {}): Loader {
  const files = createFsLoader();
  let opened: Promise<Loader> | undefined;
  const http: Loader = {
    load: async (url, limits) => {
      options.onRemote?.();
      opened ??= import('./http-loader.ts').then(({ createHttpLoader }) => createHttpLoader(options.http));
      return (await opened).load(url, limits);
    },
  };
  const byScheme = new Map<string, Loader>([
    ['file:', files],
    ['http:', http],
    ['https:', http],
  ]);
  const schemeOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : url);
  const loader: Loader = {
    loadAtOnce: (url, limits) => (isFileUrl(url) ? files.loadAtOnce?.(url, limits) : undefined),
    digest: async (url, limits) => byScheme.get(schemeOf(url))?.digest?.(url, limits),
    async load(url, limits) {
      const scheme = schemeOf(url);
      const found = byScheme.get(scheme);
      if (found) return found.load(url, limits);
      // `C:\x` reads as a URL of scheme `c:`.
      const drive = /^[a-z]:$/.test(scheme);
      const near = suggest(scheme, byScheme.keys());
      return {
        ok: false,
        failure: {
          kind: 'unsupported-scheme',
          message: `scheme \`${scheme.replace(/:$/, '')}\` is not supported`,
          help: drive
            ? `write a Windows path as \`file:///${scheme.toUpperCase()}/…\``
            : near === undefined
              ? 'use a relative path, or a `file:`, `http:` or `https:` URL'
              : `did you mean \`${near}\`?`,
        },
      };
    },
  };
  return options.root === undefined ? loader : createConfinedLoader(loader, confinedTo(treeAt(options.root)));
}
