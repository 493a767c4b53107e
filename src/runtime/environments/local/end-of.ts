/** How a sandbox ended, as the end of its component. */
import type { SandboxEnd } from '../../../adapters/sandbox/end.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { End } from '../../../ports/environment.ts';
import { limitOfExit } from './spent.ts';

export function endOf(end: SandboxEnd, moniker: string): End {
  if (end.reason === 'exited') return { code: end.code, signal: end.signal, ...limitOfExit(end) };
  if (end.reason === 'stopped') return { code: null, signal: 'SIGKILL' };
  if (end.reason === 'differs')
    return { code: null, signal: null, fault: end.message, ran: false, refused: sandboxDiffers(end, moniker) };
  if (end.reason === 'shown')
    return { code: null, signal: null, fault: end.message, ran: false, refused: keyShown(end, moniker) };
  const ran = end.reason === 'limit' || (end.reason === 'start' && end.ran === true);
  const isMemory = end.reason === 'limit' && end.of === 'memory';
  return { code: null, signal: null, fault: end.message, ran, ...(isMemory ? { limit: 'memory' } : {}) };
}

/** Values of secrets may be in it. */
export const withoutSecrets = (end: End, redact: (text: string) => string): End =>
  end.fault === undefined ? end : { ...end, fault: redact(end.fault) };

/** Which it is, row by row, was found before anything of the program was in it. */
const sandboxDiffers = (
  { differs, help }: Extract<SandboxEnd, { readonly reason: 'differs' }>,
  moniker: string,
): Blocked => ({
  gate: 'sandbox_differs',
  subject: moniker,
  reasons: differs.map(({ what, asked, found }) => `${what}: asked for ${asked}, found ${found}`),
  remedy: help,
});

/** No start of it can end otherwise. */
const keyShown = ({ message, help }: Extract<SandboxEnd, { readonly reason: 'shown' }>, moniker: string): Blocked => ({
  gate: 'vault_key_shown',
  subject: moniker,
  reasons: [message],
  remedy: help,
});
