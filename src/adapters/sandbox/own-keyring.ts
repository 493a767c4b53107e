/**
 * A sandbox begins in a keyring of its own session, so that keys of whoever called headgate are not in its reach, whatever the filter of
 * system calls lets through. Node makes no system calls by number, and perl does. Where there is no perl, the filter alone keeps keys away.
 */
import { systemProgram } from '../files/system-program.ts';
import { deniedCalls } from './seccomp/denied-calls.ts';
import { architectureOf } from './seccomp/filter.ts';

/** What is spawned. */
export interface Call {
  readonly file: string;
  readonly args: readonly string[];
  /** The name that it is given; its path unless given. */
  readonly argv0?: string;
}

/** KEYCTL_JOIN_SESSION_KEYRING, without a name: a new one. */
const join = 1;

/** The process stays the same, with its descriptors. A kernel without keys, or a user who has too many, starts it all the same. */
export function withOwnKeyring(call: Call): Call {
  const perl = systemProgram('perl');
  const architecture = architectureOf(process.arch);
  const keyctl = architecture && deniedCalls.find(({ name }) => name === 'keyctl')?.[architecture];
  if (perl === undefined || keyctl === undefined) return call;
  const script = `syscall(${keyctl}, ${join}, 0); my $file = shift; exec { $file } @ARGV; exit 127`;
  const { file, argv0 = file } = call;
  return { file: perl, args: ['-e', script, file, argv0, ...call.args], argv0 };
}
