/** Settings of the system without which a tool does not run. A folder is named here only if nothing in it is anybody's secret. */
import { existsSync } from 'node:fs';

const settings: Readonly<Record<string, readonly string[]>> = {
  chromium: ['/etc/chromium', '/etc/chromium.d', '/etc/fonts'],
};

/** Those that this machine has. */
export const settingsOfTool = (tool: string): readonly string[] =>
  (Object.hasOwn(settings, tool) ? (settings[tool] ?? []) : []).filter((path) => existsSync(path));
