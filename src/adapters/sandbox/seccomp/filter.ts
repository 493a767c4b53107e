/**
 * A filter of system calls as the kernel takes it (classic BPF, seccomp(2)): what `deniedCalls` lists is refused with an error, all
 * else is allowed, and a program of another architecture than the machine's is killed, since its numbers mean other calls.
 */
import { type Condition, type DeniedCall, deniedCalls, type Widening } from './denied-calls.ts';

export type Architecture = 'x86_64' | 'aarch64';

/** As node names it; undefined for one that no filter can be made for. */
export function architectureOf(name: string): Architecture | undefined {
  return name === 'x64' ? 'x86_64' : name === 'arm64' ? 'aarch64' : undefined;
}

/** The filter as bubblewrap's `--seccomp` reads it; both architectures are little-endian. */
export function seccompFilter(architecture: Architecture, widened: ReadonlySet<Widening> = new Set()): Buffer {
  return filterOf(
    architecture,
    deniedCalls.flatMap((call) => whatIsLeft(call, widened)),
  );
}

/** Of any calls. */
export const filterOf = (architecture: Architecture, denied: readonly DeniedCall[]): Buffer =>
  assemble([
    load(offsets.architecture),
    skipUnlessEqual(audit[architecture], 1),
    skip(1),
    give(verdicts.kill),
    load(offsets.call),
    ...(architecture === 'x86_64' ? denyX32() : []),
    ...denied.flatMap((call) => denyOne(call, architecture)),
    give(verdicts.allow),
  ]);

function whatIsLeft(call: DeniedCall, widened: ReadonlySet<Widening>): readonly DeniedCall[] {
  const { widening } = call;
  if (widening === undefined || !widened.has(widening.by)) return [call];
  return widening.still ? [{ ...call, when: widening.still }] : [];
}

interface Instruction {
  readonly code: number;
  readonly whenTrue: number;
  readonly whenFalse: number;
  readonly value: number;
}

/** Of `struct seccomp_data`. */
const offsets = { call: 0, architecture: 4 };
/** The low half of an argument. */
const offsetOf = (argument: number): number => 16 + 8 * argument;

const audit: Readonly<Record<Architecture, number>> = { x86_64: 0xc000003e, aarch64: 0xc00000b7 };
const verdicts = { kill: 0x80000000, allow: 0x7fff0000, error: 0x00050000 };
const errors = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 };
const x32Bit = 0x40000000;

const load = (value: number): Instruction => ({ code: 0x20, whenTrue: 0, whenFalse: 0, value });
const skip = (value: number): Instruction => ({ code: 0x05, whenTrue: 0, whenFalse: 0, value });
const give = (value: number): Instruction => ({ code: 0x06, whenTrue: 0, whenFalse: 0, value });
const skipUnlessEqual = (value: number, whenFalse: number): Instruction => ({
  code: 0x15,
  whenTrue: 0,
  whenFalse,
  value,
});
const skipIfEqual = (value: number, whenTrue: number): Instruction => ({ code: 0x15, whenTrue, whenFalse: 0, value });
const skipUnlessAny = (value: number, whenFalse: number): Instruction => ({
  code: 0x45,
  whenTrue: 0,
  whenFalse,
  value,
});

/** Calls of x32 have numbers of their own, past those of the table. */
const denyX32 = (): readonly Instruction[] => [skipUnlessAny(x32Bit, 1), give(verdicts.error | errors.ENOSYS)];

function denyOne(call: DeniedCall, architecture: Architecture): readonly Instruction[] {
  const number = call[architecture];
  if (number === null) return [];
  const refuse = give(verdicts.error | errors[call.error ?? 'EPERM']);
  if (call.when === undefined) return [skipUnlessEqual(number, 1), refuse];
  const body = [...call.when.flatMap((condition) => refuseWhen(condition, refuse)), give(verdicts.allow)];
  return [skipUnlessEqual(number, body.length), ...body];
}

function refuseWhen(condition: Condition, refuse: Instruction): readonly Instruction[] {
  const look = load(offsetOf(condition.argument));
  if ('has' in condition) return [look, skipUnlessAny(condition.has, 1), refuse];
  if ('is' in condition) return [look, skipUnlessEqual(condition.is, 1), refuse];
  const { noneOf } = condition;
  return [look, ...noneOf.map((value, index) => skipIfEqual(value, noneOf.length - index)), refuse];
}

function assemble(program: readonly Instruction[]): Buffer {
  const out = Buffer.alloc(program.length * 8);
  for (const [index, { code, whenTrue, whenFalse, value }] of program.entries()) {
    const at = index * 8;
    out.writeUInt16LE(code, at);
    out.writeUInt8(whenTrue, at + 2);
    out.writeUInt8(whenFalse, at + 3);
    out.writeUInt32LE(value >>> 0, at + 4);
  }
  return out;
}
