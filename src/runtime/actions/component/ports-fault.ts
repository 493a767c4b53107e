import type { PortsHeard } from '../../../ports/environment.ts';

/** What is said of a program that did not open its ports in time; `all` are the ports that it should have opened. */
export function portsFault(all: readonly number[], heard: PortsHeard | undefined, waitedMs: number): string {
  const missing = heard?.missing ?? all;
  const time = waitedMs < 1000 ? `${waitedMs} ms` : `${Math.round(waitedMs / 1000)} s`;
  const instead = heard && heard.others.length > 0 ? `; it listens on ${named(heard.others)} instead` : '';
  return `nothing listened on ${missing.length === 0 ? 'its ports' : named(missing)} within ${time}${instead}`;
}

const named = (ports: readonly number[]): string => `${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`;
