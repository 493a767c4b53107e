/** What a server says of itself, to everybody. */
import type { VaultFault } from '../../../ports/vault.ts';
import { sealed, uninitialised } from './faults.ts';
import { type Fields, fieldsOf, flagIn } from './form.ts';
import type { Answered, Transport } from './transport.ts';

/** Answered with status 200 in every state. */
const path = 'sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200';

export const askState = (transport: Transport, signal: AbortSignal): Promise<Answered> =>
  transport.send({ method: 'GET', path, signal });

/** What keeps it from answering anything; undefined where that is nothing. */
export function stateFaultOf(state: Fields | undefined, origin: string): VaultFault | undefined {
  if (flagIn(state, 'initialized') === false) return uninitialised(origin);
  return flagIn(state, 'sealed') ? sealed(origin) : undefined;
}

export async function stateFault(transport: Transport, signal: AbortSignal): Promise<VaultFault | undefined> {
  const asked = await askState(transport, signal);
  return stateFaultOf('status' in asked ? fieldsOf(asked.body) : undefined, transport.origin);
}
