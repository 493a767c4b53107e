import type { OpenSelfCheck } from '../../../adapters/sandbox/self-check/self-check.ts';
import type { JsonObject, JsonValue } from '../../../base/json.ts';
import type { SelfChecked } from '../../../ports/environment.ts';

/** As it is kept: what was tried and what came of it, and no path of this machine but those that everybody has. */
export async function selfChecked({ checked }: OpenSelfCheck): Promise<SelfChecked> {
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const { passed, attempts } = await checked;
  const told = (outcome: string): readonly string[] =>
    attempts.filter((one) => one.outcome === outcome).map(({ what }) => what);
  return {
    passed,
    summary:
      passed === true
        ? 'nothing of what was tried from inside could be done'
        : passed === false
          ? `could be done from inside: ${told('done').join(', ')}`
          : `could not be tried: ${told('unknown').join(', ')}`,
    startedAt,
    durationSeconds: Math.round(performance.now() - began) / 1000,
    details: { attempts: attempts as unknown as JsonValue } satisfies JsonObject,
  };
}
