/** What is executed on this machine once the secrets of a component are known. */

import { longestText } from '../../../adapters/sandbox/argument-size.ts';
import type { Addressing } from '../../../plan/wiring/addressing.ts';
import { bindingsOf, renderBound, type Unfit } from '../../../plan/wiring/bindings.ts';
import type { WiredComponent } from '../../../plan/wiring/component.ts';
import type { BoundProgram, LocalComponent } from './component.ts';

/** `plain` is what is executed without any. */
export function boundWith(
  component: WiredComponent,
  addressing: Addressing,
  plain: BoundProgram,
): LocalComponent['bound'] {
  const bindings = bindingsOf(component);
  if (bindings.length === 0) return () => plain;
  return (secrets) => {
    const rendered = renderBound(component, addressing, secrets);
    if ('unfit' in rendered) return rendered;
    const { argv, env, files } = rendered;
    const [{ path, reference }] = bindings as readonly [Unfit];
    const unfit = Object.entries(env).flatMap(([name, value]) => {
      if (value === plain.env[name]) return [];
      const fault = variableFault(name, value);
      return fault === undefined ? [] : [{ path, reference, message: fault }];
    });
    return unfit.length > 0 ? { unfit } : { argv, env, files };
  };
}

/** Why a variable cannot have a value. */
function variableFault(name: string, value: string): string | undefined {
  if (value.includes('\0')) return `the variable \`${name}\` cannot hold the NUL that is in it: mount it as a file`;
  if (Buffer.byteLength(name) + Buffer.byteLength(value) + 2 <= longestText) return undefined;
  return `the variable \`${name}\` would be larger than the ${longestText / 1024} KiB that the system takes: mount it as a file`;
}
