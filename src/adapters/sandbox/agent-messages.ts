/** What an agent tells. It comes from inside the sandbox, so it may be anything. */
import type { Readable } from 'node:stream';
import type { AgentMessage, PortsHeard } from './agent/protocol.ts';

/** Too long a line, or one that is not a message, is dropped. */
export function onMessages(control: Readable, tell: (message: AgentMessage) => void): void {
  let text = '';
  control.setEncoding('utf8');
  control.on('data', (chunk: string) => {
    text += chunk;
    const lines = text.split('\n');
    text = (lines.pop() ?? '').slice(0, 65_536);
    for (const line of lines) {
      try {
        const message: unknown = JSON.parse(line);
        if (typeof message === 'object' && message !== null) tell(message as AgentMessage);
      } catch {
        // Not a message.
      }
    }
  });
}

export function portsIn(message: PortsHeard): PortsHeard {
  const portsOf = (given: unknown): readonly number[] =>
    Array.isArray(given) ? given.filter((port) => Number.isInteger(port)).slice(0, 8) : [];
  return { missing: portsOf(message.missing), others: portsOf(message.others) };
}
