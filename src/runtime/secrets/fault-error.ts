/** A fault on its way to whoever asked: thrown within this room, and answered at its doors. */
import type { VaultAnswer, VaultFault, VaultFaultCode } from '../../ports/vault.ts';
import { genericFault } from './faults.ts';

export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly fault: VaultFault;
  constructor(fault: VaultFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export const faultError = (code: VaultFaultCode, detail: string, message: string, remedy: string): FaultError =>
  new FaultError({ code, detail, message, remedy });

/** Throws the fault of an answer. */
export function granted<T>(answer: VaultAnswer<T>): T {
  if ('fault' in answer) throw new FaultError(answer.fault);
  return answer.value;
}

/** What was thrown, as a fault. Anything but a fault may quote a value or a provider, and is told in the words of the table. */
export function faultOf(error: unknown): VaultFault {
  if (error instanceof FaultError) return error.fault;
  return genericFault('provider_error', 'unexpected');
}

export async function answered<T>(work: () => Promise<T>): Promise<VaultAnswer<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}
