/** Options that several commands share, as typed, and their meaning. */
import type { PolicyLimits } from '../ports/policy-client.ts';
import { UsageError } from './usage-error.ts';

export interface SharedFlags {
  readonly deny?: readonly string[];
  readonly settings?: string;
  readonly trustSettings?: boolean;
  readonly config?: string;
  readonly policy?: readonly string[];
  readonly sandbox?: boolean;
  readonly policyTimeout?: string;
  readonly maxAnswerBytes?: string;
  readonly timings?: boolean;
  readonly frozen?: boolean;
  readonly lock?: string;
  readonly allowRemotePolicies?: boolean;
  readonly root?: string;
  readonly allowUrl?: readonly string[];
  /** Of commands that start something; the other ones have the usual one. */
  readonly stateDir?: string;
}

/** `left=right` at the first equals sign; both sides are given. */
export function splitPair(text: string): readonly [string, string] | undefined {
  const at = text.indexOf('=');
  return at > 0 && at < text.length - 1 ? [text.slice(0, at), text.slice(at + 1)] : undefined;
}

export function runningFrom(flags: SharedFlags): Readonly<Record<string, string>> {
  const running = new Map<string, string>();
  for (const given of flags.policy ?? []) {
    const pair = splitPair(given);
    if (!pair) throw new UsageError(`--policy takes NAME=URL, and was given \`${given}\``);
    const [name, url] = pair;
    if (!isHttpUrl(url)) throw new UsageError(`--policy ${name}: \`${url}\` is not an http or https URL`);
    if (running.has(name)) throw new UsageError(`--policy names \`${name}\` twice`);
    running.set(name, url);
  }
  return Object.fromEntries(running);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

export function limitsFrom(flags: SharedFlags): Partial<PolicyLimits> {
  return {
    ...(flags.policyTimeout === undefined ? {} : { totalMs: milliseconds(flags.policyTimeout) }),
    ...(flags.maxAnswerBytes === undefined ? {} : { maxBodyBytes: bytes(flags.maxAnswerBytes) }),
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
/** The longest time a timer can count. */
const LONGEST_MS = 2 ** 31 - 1;

function milliseconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  const value = match ? Math.round(Number(match[1]) * (UNITS[match[2] as string] as number)) : 0;
  if (value < 1 || value > LONGEST_MS) {
    throw new UsageError(`--policy-timeout takes a time such as 90s, 500ms or 2m, and was given \`${text}\``);
  }
  return value;
}

function bytes(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || !Number.isSafeInteger(value)) {
    throw new UsageError(`--max-answer-bytes takes a whole number above 0, and was given \`${text}\``);
  }
  return value;
}
