import { describe, expect, it } from 'vitest';
import { vaultFaultCodes } from '../../../../src/ports/vault.ts';
import { FaultError, faultOf } from '../../../../src/runtime/secrets/fault-error.ts';
import { exitOfFault, faultRows, genericFault, statusOfFault } from '../../../../src/runtime/secrets/faults.ts';

describe('003-C4.13: faults of a vault', () => {
  it.each([
    ['access_denied', 403, 3],
    ['throttled', 429, 3],
    ['not_found', 404, 3],
    ['conflict', 409, 3],
    ['invalid_request', 422, 2],
    ['provider_unavailable', 503, 3],
    ['provider_error', 502, 4],
  ] as const)('%s is status %i and exit code %i', (code, status, exit) => {
    expect(statusOfFault({ code })).toBe(status);
    expect(exitOfFault({ code })).toBe(exit);
  });

  it('are a closed list, each with words and a remedy', () => {
    expect(Object.keys(faultRows).sort()).toEqual([...vaultFaultCodes].sort());
    for (const code of vaultFaultCodes) {
      const fault = genericFault(code, 'x');
      expect(fault).toMatchObject({ code, detail: 'x' });
      expect(fault.message).toMatch(/^the /);
      expect(fault.remedy).not.toBe('');
    }
  });

  it('say nothing of what a provider threw', () => {
    const said = faultOf(new Error('AccessDenied for user canary-71 with key AKIA'));
    expect(said).toEqual(genericFault('provider_error', 'unexpected'));
    const own = genericFault('throttled', 'slow_down');
    expect(faultOf(new FaultError(own))).toEqual(own);
  });
});
