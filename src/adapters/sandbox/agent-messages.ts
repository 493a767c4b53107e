/**
 * What an agent tells. It comes from inside the sandbox, so it may be anything: what is not a message of the protocol, field by field, is
 * dropped, and an agent that goes on saying such things is broken.
 */
import type { Readable } from 'node:stream';
import { isObject, type JsonValue } from '../../base/json.ts';
import type { AgentMessage } from './agent/protocol.ts';

/** Longer than any message. */
const longestLine = 65_536;
/** What an agent of this program never says even once; some are let pass, so that one slip ends nothing. */
const mostStrange = 16;

/** `broken` is called once. */
export function onMessages(control: Readable, tell: (message: AgentMessage) => void, broken: () => void): void {
  let text = '';
  let skips = false;
  let strange = 0;
  const count = (): void => {
    if (++strange === mostStrange) broken();
  };
  const hear = (line: string): void => {
    // It ends what it says with an empty line.
    if (line === '') return;
    const message = strange < mostStrange ? messageIn(line) : undefined;
    if (message) tell(message);
    else count();
  };
  control.setEncoding('utf8');
  control.on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      if (!skips) hear(line);
      skips = false;
    }
    if (text.length <= longestLine) return;
    // The rest of a line that is too long belongs to it.
    if (!skips) count();
    skips = true;
    text = '';
  });
}

/** Undefined for what is none. */
export function messageIn(line: string): AgentMessage | undefined {
  if (line.length > longestLine) return undefined;
  let value: JsonValue;
  try {
    value = JSON.parse(line) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { type, ...fields } = value;
  const form = typeof type === 'string' && Object.hasOwn(forms, type) ? forms[type] : undefined;
  if (!form || Object.keys(fields).length !== Object.keys(form).length) return undefined;
  const fits = Object.entries(form).every(([name, test]) => Object.hasOwn(fields, name) && test(fields[name]));
  const message = value as unknown as AgentMessage;
  // A program ends in one of two ways.
  if (message.type === 'exited' && (message.code === null) === (message.signal === null)) return undefined;
  return fits ? message : undefined;
}

type Test = (value: JsonValue | undefined) => boolean;

const short: Test = (value) => typeof value === 'string' && value.length <= 4_096;
const code: Test = (value) => typeof value === 'string' && /^E[A-Z0-9_]{1,31}$/.test(value);
const whole = (value: JsonValue | undefined, most: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
const ports: Test = (value) => Array.isArray(value) && value.length <= 8 && value.every((port) => whole(port, 65_535));

/** Every field has to be there, and no other may. */
const forms: Readonly<Record<string, Readonly<Record<string, Test>>>> = {
  hello: {},
  waiting: { looked: short },
  started: {},
  ready: {},
  listening: { missing: ports, others: ports },
  ipc: { bytes: (value) => whole(value, Number.MAX_SAFE_INTEGER) },
  failed: { code, message: short },
  exited: {
    code: (value) => value === null || whole(value, 255),
    signal: (value) => value === null || (typeof value === 'string' && /^SIG[A-Z0-9]{1,12}$/.test(value)),
  },
};
