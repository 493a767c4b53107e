/** What the engine says of a container. */
import { constants } from 'node:os';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';

export interface ContainerState {
  readonly id: string;
  readonly running: boolean;
  /** It was started once. */
  readonly ran: boolean;
  readonly code: number;
  readonly outOfMemory: boolean;
  /** As the machine of the engine counts; 0 for none. */
  readonly pid: number;
  /** Why it could not be started; empty for no reason. */
  readonly fault: string;
  readonly labels: Readonly<Record<string, string>>;
}

export function stateOf(inspected: JsonValue | undefined): ContainerState {
  const all = object(inspected);
  const state = object(all['State']);
  const began = String(state['StartedAt'] ?? '');
  return {
    id: String(all['Id'] ?? ''),
    running: state['Running'] === true,
    ran: began !== '' && !began.startsWith('0001-'),
    code: typeof state['ExitCode'] === 'number' ? state['ExitCode'] : -1,
    outOfMemory: state['OOMKilled'] === true,
    pid: typeof state['Pid'] === 'number' ? state['Pid'] : 0,
    fault: String(state['Error'] ?? ''),
    labels: Object.fromEntries(
      Object.entries(object(object(all['Config'])['Labels'])).map(([name, value]) => [name, String(value)]),
    ),
  };
}

export const object = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});

const signals: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name]),
);

/** The engine tells 128 and the number of a signal for what a signal has ended, and nothing tells it from a program that ends so itself. */
export function exitOf(code: number): { readonly code: number | null; readonly signal: string | null } {
  const signal = code > 128 ? signals.get(code - 128) : undefined;
  return signal === undefined ? { code, signal: null } : { code: null, signal };
}
