/** The browser that draws pages, as this machine has it, and how it is told to draw the same every time. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { systemProgram } from '../../adapters/files/system-program.ts';

export interface Browser {
  /** Absolute path of the program. */
  readonly program: string;
  /** Folder of the package that speaks to it. */
  readonly driver: string;
  /** What it reads besides, of the system's: path inside → path here. */
  readonly shown: Readonly<Record<string, string>>;
}

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome-headless-shell',
] as const;

/** Some systems put a script in front of it, which adds flags of its own. */
const behindScript = '/usr/lib/chromium/chromium';

/** Without them there are no fonts, and no word is drawn; the second spares a second of each start. */
const fonts = ['/etc/fonts', '/var/cache/fontconfig'] as const;

/** Words instead: what is missing. */
export function findBrowser(): Browser | string {
  const found = names.map(systemProgram).find((path) => path !== undefined);
  if (found === undefined) return 'chromium is not installed (Debian, Ubuntu: `apt install chromium`)';
  let driver: string;
  try {
    driver = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  } catch {
    return 'the package `playwright-core` is not installed (`npm install playwright-core`)';
  }
  const program = found.endsWith('/chromium') && existsSync(behindScript) ? behindScript : found;
  return {
    program,
    driver,
    shown: Object.fromEntries(fonts.filter((path) => existsSync(path)).map((path) => [path, path])),
  };
}

/** Nothing of the machine, its screen or its user may show in a picture. */
export const flags: readonly string[] = [
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--force-color-profile=srgb',
  '--disable-font-subpixel-positioning',
  '--disable-gpu',
  // Its own sandbox takes namespaces, which nothing inside of ours may make; ours has no network but the export.
  '--no-sandbox',
  '--no-proxy-server',
];
