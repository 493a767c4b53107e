/** The filter of system calls, run by an interpreter that shares no code with what assembles it. */
import { describe, expect, it } from 'vitest';
import { type DeniedCall, deniedCalls } from '../../../../../src/adapters/sandbox/seccomp/denied-calls.ts';
import {
  type Architecture,
  architectureOf,
  seccompFilter,
} from '../../../../../src/adapters/sandbox/seccomp/filter.ts';

const audit = { x86_64: 0xc000003e, aarch64: 0xc00000b7 } as const;
const i386 = 0x40000003;
const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const EAFNOSUPPORT = 0x00050061;

interface Made {
  readonly call: number;
  readonly architecture: number;
  readonly arguments?: readonly number[];
}

/** Classic BPF as seccomp(2) has it, for the instructions that filters use; throws on any other, and on a jump past the end. */
function verdict(filter: Buffer, made: Made): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(made.call, 0);
  data.writeUInt32LE(made.architecture, 4);
  for (const [index, value] of (made.arguments ?? []).entries()) data.writeUInt32LE(value >>> 0, 16 + 8 * index);
  let accumulator = 0;
  for (let at = 0; at < filter.length / 8; at++) {
    const code = filter.readUInt16LE(at * 8);
    const [yes, no] = [filter.readUInt8(at * 8 + 2), filter.readUInt8(at * 8 + 3)];
    const value = filter.readUInt32LE(at * 8 + 4);
    if (code === 0x06) return value;
    if (code === 0x20) accumulator = data.readUInt32LE(value);
    else if (code === 0x05) at += value;
    else if (code === 0x15) at += accumulator === value ? yes : no;
    else if (code === 0x45) at += (accumulator & value) !== 0 ? yes : no;
    else throw new Error(`no such instruction: ${code}`);
  }
  throw new Error('past the end');
}

const architectures = ['x86_64', 'aarch64'] as const satisfies readonly Architecture[];
const always = deniedCalls.filter(({ when }) => when === undefined);
const numbered = (architecture: Architecture, calls: readonly DeniedCall[]) =>
  calls.flatMap((call) => (call[architecture] === null ? [] : [{ name: call.name, number: call[architecture] }]));
const numberOf = (name: string, architecture: Architecture): number => {
  const number = deniedCalls.find((call) => call.name === name)?.[architecture];
  if (number === null || number === undefined) throw new Error(`no number for ${name}`);
  return number;
};

describe.each(architectures)('on %s', (architecture) => {
  const filter = seccompFilter(architecture);
  const of = (call: number, ...given: readonly number[]): number =>
    verdict(filter, { call, architecture: audit[architecture], arguments: given });
  const named = (name: string, ...given: readonly number[]): number => of(numberOf(name, architecture), ...given);

  it('what is always denied is refused with its error, whatever its arguments', () => {
    const calls = numbered(architecture, always);
    expect(calls.length).toBeGreaterThan(50);
    for (const { name, number } of calls) {
      const wanted = name === 'clone3' ? ENOSYS : EPERM;
      expect([name, of(number), of(number, 0xffffffff, 0xffffffff)]).toEqual([name, wanted, wanted]);
    }
  });

  it('every number that the table does not name is allowed', () => {
    const listed = new Set(numbered(architecture, deniedCalls).map(({ number }) => number));
    for (let number = 0; number < 1024; number++)
      if (!listed.has(number)) expect([number, of(number)]).toEqual([number, ALLOW]);
  });

  it('sockets are unix, IPv4 and IPv6 only', () => {
    for (let family = 0; family < 64; family++) {
      expect([family, named('socket', family)]).toEqual([family, [1, 2, 10].includes(family) ? ALLOW : EAFNOSUPPORT]);
      expect([family, named('socketpair', family)]).toEqual([family, family === 1 ? ALLOW : EAFNOSUPPORT]);
    }
  });

  it('threads and processes are made, namespaces are not', () => {
    const thread = 0x003d0f00;
    const process = 0x01200011;
    for (const flags of [thread, process]) expect(named('clone', flags)).toBe(ALLOW);
    for (const bit of [17, 25, 26, 27, 28, 29, 30]) {
      expect([bit, named('clone', process | (1 << bit))]).toEqual([bit, EPERM]);
      expect([bit, named('unshare', 1 << bit)]).toEqual([bit, EPERM]);
    }
    expect(named('unshare', 0x80)).toBe(EPERM);
    // The table of files alone.
    expect(named('unshare', 0x400)).toBe(ALLOW);
  });

  it('a terminal is asked and set, but not typed into', () => {
    expect(named('ioctl', 0, 0x5401)).toBe(ALLOW);
    expect(named('ioctl', 0, 0x5412)).toBe(EPERM);
    expect(named('ioctl', 0, 0x541c)).toBe(EPERM);
  });

  it('personalities are those that change no protection', () => {
    for (const harmless of [0, 0x8, 0x20000, 0x20008, 0xffffffff]) expect(named('personality', harmless)).toBe(ALLOW);
    expect(named('personality', 0x0040000)).toBe(EPERM);
    expect(named('personality', 0x0400000)).toBe(EPERM);
  });

  it('a program of another architecture is killed', () => {
    const other = architecture === 'x86_64' ? audit.aarch64 : audit.x86_64;
    for (const wrong of [i386, other, 0])
      for (const call of [0, 1, 39, 250]) expect(verdict(filter, { call, architecture: wrong })).toBe(KILL);
  });

  it('a widening gives back its own calls and no other', () => {
    const widened = seccompFilter(architecture, new Set(['debugger']));
    const changed = numbered(architecture, deniedCalls).filter(({ number }) => {
      const made = { call: number, architecture: audit[architecture], arguments: [0x10000000] };
      return verdict(filter, made) !== verdict(widened, made);
    });
    expect(changed.map(({ name }) => name)).toEqual(['ptrace', 'process_vm_readv', 'process_vm_writev']);
  });

  it('what a browser is given back is user namespaces, with process ids and a network, and nothing else', () => {
    const widened = seccompFilter(architecture, new Set(['browser']));
    const verdicts = (call: number, flags: number): readonly number[] =>
      [filter, widened].map((of) => verdict(of, { call, architecture: audit[architecture], arguments: [flags] }));
    const given: string[] = [];
    for (const { name, number } of numbered(architecture, deniedCalls))
      for (let bit = 0; bit < 32; bit++) {
        const [before, after] = verdicts(number, 1 << bit);
        if (before !== after) given.push(`${name} ${bit}`);
        if (before !== after) expect([before, after]).toEqual([EPERM, ALLOW]);
      }
    const bits = [28, 29, 30];
    expect(given.filter((text) => !text.startsWith('chroot'))).toEqual(
      ['clone', 'unshare'].flatMap((name) => bits.map((bit) => `${name} ${bit}`)),
    );
    expect(given.filter((text) => text.startsWith('chroot'))).toHaveLength(32);
    // Together with any other namespace they are refused.
    const [user, mount] = [1 << 28, 1 << 17];
    for (const name of ['clone', 'unshare'])
      expect(verdicts(numberOf(name, architecture), user | mount)[1]).toBe(EPERM);
    expect(verdicts(numberOf('clone3', architecture), 0)[1]).toBe(ENOSYS);
  });
});

it('the calls of x32 are refused', () => {
  const call = 0x40000000 | 1;
  expect(verdict(seccompFilter('x86_64'), { call, architecture: audit.x86_64 })).toBe(ENOSYS);
});

it('a call is listed once, with a reason', () => {
  expect(new Set(deniedCalls.map(({ name }) => name)).size).toBe(deniedCalls.length);
  for (const architecture of architectures) {
    const numbers = numbered(architecture, deniedCalls).map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
  }
  expect(deniedCalls.filter(({ why }) => why.length < 10)).toEqual([]);
});

it('only architectures that the table knows have a filter', () => {
  expect(['x64', 'arm64', 'ia32', 'riscv64', 'ppc64'].map(architectureOf)).toEqual([
    'x86_64',
    'aarch64',
    undefined,
    undefined,
    undefined,
  ]);
});
