/**
 * What the agent of a sandbox writes down and finds out. These functions run as text in every agent (see agent.ts): they use
 * nothing else of this file.
 */
import type * as Fs from 'node:fs';
import type { Measured } from './protocol.ts';

/** Whoever asks later finds it there, also when nobody is left to be told. A full disk leaves nothing, and then nothing is known. */
export function keepExit(fs: typeof Fs, fd: number, code: number | null, signal: string | null): void {
  try {
    fs.writeSync(fd, `${JSON.stringify({ code, signal })}\n`);
    fs.fsyncSync(fd);
  } catch {
    // As if it had been killed before.
  }
}

export function measureSandbox(fs: typeof Fs, host: Readonly<Record<string, string>>): Measured {
  const look = <T>(what: () => T, otherwise: T): T => {
    try {
      return what();
    } catch {
      return otherwise;
    }
  };
  const read = (path: string): string => look(() => fs.readFileSync(path, 'latin1'), '');
  const status = read('/proc/self/status');
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? 'f';
  const sets = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => BigInt(`0x${field(name)}`));
  const isWritable = (path: string): boolean =>
    look(() => {
      fs.accessSync(path, fs.constants.W_OK);
      return true;
    }, false);
  return {
    interfaces: [...read('/proc/self/net/dev').matchAll(/^\s*([^\s:|]+):/gm)].map((match) => match[1] ?? ''),
    apart: Object.keys(host).filter((name) =>
      look(() => fs.readlinkSync(`/proc/self/ns/${name}`) !== host[name], false),
    ),
    capabilities: sets.reduce((all, set) => all | set).toString(16),
    noNewPrivileges: field('NoNewPrivs') === '1',
    processes: look(() => fs.readdirSync('/proc'), []).filter((name) => /^\d+$/.test(name)).length,
    writable: ['/', '/etc', '/usr', '/bin', '/lib', '/dev', '/sys'].filter(isWritable),
  };
}

/** What a script needs to call both. */
export const measureSource: readonly string[] = [keepExit, measureSandbox].map(String);
