/** The program of an interposer: the lowered grammar that requests show, with a shell-style string allowed for the command. */

import { controlRefused, hasControl } from '../../../base/control.ts';
import { sortedBy } from '../../../base/order.ts';
import { emptyRange } from '../../../base/span.ts';
import type { LoweredArgument, LoweredEnvValue, LoweredNetwork, LoweredProgram } from '../../../ir/graph.ts';
import type { Argument, EndpointDecl, EnvVar, Program, Template } from '../../../ir/manifest.ts';
import { lowerArgument, lowerEnv, loweredProcess, lowerProgram } from '../../../language/program/lower.ts';
import { lowerEndpoints } from '../../../language/program/lower-endpoints.ts';
import type { LowerInput } from '../../../language/program/lower-input.ts';
import {
  type AnswerCursor,
  countOf,
  entriesOf,
  type FieldNames,
  type Fields,
  fail,
  fieldsOf,
  itemsOf,
  kindOf,
  once,
  oneOf,
  present,
  type Reader,
  rangeOf,
  shownOf,
  textOf,
  wrongType,
} from './answer-cursor.ts';
import { type DecodedMount, mountOf } from './mounts.ts';
import { guardsOf, literal, templateOf, wordsOf } from './texts.ts';

export interface DecodedProgram {
  readonly manifestProgram: Program;
  readonly program: LoweredProgram;
}

const kinds = ['image', 'path', 'vm'] as const;
const programFields: FieldNames = { optional: [...kinds, 'entrypoint', 'args', 'env', 'network', 'mounts'] };
/** What does not go with each. */
const alien = {
  image: ['args'],
  path: ['entrypoint'],
  vm: ['entrypoint', 'args', 'env', 'network', 'mounts'],
} as const;

export function programOf(reader: Reader, cursor: AnswerCursor | undefined): DecodedProgram | undefined {
  if (!cursor) return undefined;
  const fields = fieldsOf(reader, cursor, programFields);
  if (!fields) return undefined;
  const [kind, second] = kinds.filter((name) => present(fields(name)));
  if (kind === undefined || second !== undefined) {
    return fail(reader, cursor, 'a program needs exactly one of `image`, `path` and `vm`');
  }
  for (const name of alien[kind]) {
    const given = present(fields(name));
    if (given) fail(reader, given, `\`${name}\` does not go with \`${kind}\``);
  }
  return kind === 'vm' ? vmOf(reader, fields('vm') as AnswerCursor, cursor) : processOf(reader, fields, kind, cursor);
}

function processOf(
  reader: Reader,
  fields: Fields,
  kind: 'image' | 'path',
  cursor: AnswerCursor,
): DecodedProgram | undefined {
  const target = templateOf(reader, fields(kind));
  const command = commandOf(reader, fields(kind === 'image' ? 'entrypoint' : 'args'));
  const env = once(reader, fields('env'), envOf);
  const network = once(reader, present(fields('network')), networkOf);
  const mounts = once(reader, fields('mounts'), mountsOf) ?? [];
  if (!target) return undefined;
  const range = rangeOf(cursor);
  const program: Program = {
    kind,
    target,
    command: command.map((argument) => argument.declared),
    env: env?.declared ?? [],
    hasNetwork: network !== undefined,
    endpoints: network?.declared ?? [],
    mounts: mounts.map((mount) => mount.decl),
    range,
    keyRange: range,
  };
  const lowered = loweredProcess(
    kind,
    target.source,
    command.map((argument) => argument.lowered),
    { env: env?.lowered ?? {}, network: network?.lowered, mounts: mounts.map((mount) => mount.lowered) },
  );
  return { manifestProgram: program, program: lowered };
}

function vmOf(reader: Reader, vm: AnswerCursor, cursor: AnswerCursor): DecodedProgram | undefined {
  const optional = ['network', 'mounts', 'cloud_init', 'egress'];
  const fields = fieldsOf(reader, vm, { required: ['image', 'cpus', 'memory_mib'], optional });
  if (!fields) return undefined;
  const target = templateOf(reader, fields('image'));
  const cpus = sizeOf(reader, fields('cpus'));
  const memoryMib = sizeOf(reader, fields('memory_mib'));
  const network = once(reader, present(fields('network')), networkOf);
  const mounts = once(reader, fields('mounts'), mountsOf) ?? [];
  const egress = oneOf(reader, present(fields('egress')), ['none', 'optional'] as const) ?? 'none';
  const cloud = present(fields('cloud_init'));
  const init = cloud && fieldsOf(reader, cloud, { optional: ['user_data', 'vendor_data'] });
  const userData = templateOf(reader, present(init?.('user_data')));
  const vendorData = templateOf(reader, present(init?.('vendor_data')));
  if (!target || cpus === undefined || memoryMib === undefined) return undefined;
  const range = rangeOf(cursor);
  const program: Program = {
    kind: 'vm',
    target,
    cpus,
    memoryMib,
    hasNetwork: network !== undefined,
    egress,
    endpoints: network?.declared ?? [],
    mounts: mounts.map((mount) => mount.decl),
    ...(userData ? { userData } : {}),
    ...(vendorData ? { vendorData } : {}),
    range,
    keyRange: range,
  };
  return { manifestProgram: program, program: lowerVm(program, network, mounts) };
}

/** Endpoints are literal and mounts are in wire form already, so nothing here depends on config. */
const nothing: LowerInput = {
  space: { value: { kind: 'literal', value: {} }, schema: null },
  rootSchema: null,
  slots: new Map(),
  resources: new Set(),
  features: new Set(),
  self: 0,
};

/** With what was lowered elsewhere, in its place. */
function lowerVm(
  program: Program,
  network: DecodedNetwork | undefined,
  mounts: readonly DecodedMount[],
): LoweredProgram {
  const { program: lowered } = lowerProgram({ ...program, endpoints: [], mounts: [] }, nothing);
  if (!('vm' in lowered)) return lowered;
  const rest = { ...(network ? { network: network.lowered } : {}), mounts: mounts.map((mount) => mount.lowered) };
  return { vm: { ...lowered.vm, ...rest } };
}

const sizeOf = (reader: Reader, cursor: AnswerCursor | undefined): number | Template | undefined =>
  cursor && kindOf(cursor) === 'string' ? templateOf(reader, cursor) : countOf(reader, cursor, 4_294_967_295);

interface DecodedArgument {
  readonly declared: Argument;
  readonly lowered: LoweredArgument;
}

const decoded = (declared: Argument): DecodedArgument => ({ declared, lowered: lowerArgument(declared) });

function commandOf(reader: Reader, cursor: AnswerCursor | undefined): readonly DecodedArgument[] {
  if (!cursor) return [];
  if (kindOf(cursor) === 'string') {
    const text = textOf(reader, cursor)?.value ?? '';
    return (wordsOf(reader, cursor, text) ?? []).map((word) => decoded(plain(word)));
  }
  if (kindOf(cursor) === 'array')
    return itemsOf(reader, cursor).flatMap((item) => once(reader, item, decodedArgument) ?? []);
  wrongType(reader, cursor, 'an array or a string');
  return [];
}

const plain = (value: Template): Argument => ({ form: 'one', object: false, values: [value], range: value.range });

function decodedArgument(reader: Reader, cursor: AnswerCursor): DecodedArgument | undefined {
  const argument = argumentOf(reader, cursor);
  return argument && decoded(argument);
}

function argumentOf(reader: Reader, cursor: AnswerCursor): Argument | undefined {
  const expected = 'a string, or an object with `arg` or `argv`';
  if (kindOf(cursor) !== 'object') {
    const value = templateOf(reader, cursor, expected);
    return value && plain(value);
  }
  const fields = fieldsOf(reader, cursor, { optional: ['when', 'each', 'join', 'arg', 'argv'] });
  if (!fields) return undefined;
  const [arg, argv, join] = [present(fields('arg')), present(fields('argv')), present(fields('join'))];
  const guards = guardsOf(reader, fields('when'), fields('each'));
  if ((arg === undefined) === (argv === undefined)) return fail(reader, cursor, 'give exactly one of `arg` and `argv`');
  if (join && (argv || !present(fields('each')))) fail(reader, join, '`join` needs `each` and `arg`');
  const joinText = textOf(reader, join);
  const items = arg ? [arg] : itemsOf(reader, argv);
  const values = items.map((item) => templateOf(reader, item));
  if (!values.every((value) => value !== undefined)) return undefined;
  const object = argv !== undefined || joinText !== undefined || Object.keys(guards).length > 0;
  const form = arg ? 'one' : 'group';
  return { form, object, values, range: rangeOf(cursor), ...guards, ...(joinText ? { join: joinText.value } : {}) };
}

interface DecodedEnv {
  readonly declared: readonly EnvVar[];
  readonly lowered: Readonly<Record<string, LoweredEnvValue>>;
}

function envOf(reader: Reader, cursor: AnswerCursor): DecodedEnv {
  const variables = entriesOf(reader, cursor).flatMap(([name, entry]): readonly EnvVar[] => {
    if (hasControl(name)) fail(reader, entry, controlRefused);
    return variableOf(reader, name, entry) ?? [];
  });
  const declared = sortedBy(variables, (variable) => variable.name);
  return { declared, lowered: lowerEnv(declared) };
}

function variableOf(reader: Reader, name: string, cursor: AnswerCursor): [EnvVar] | undefined {
  const range = rangeOf(cursor);
  if (kindOf(cursor) !== 'object') {
    const value = templateOf(reader, cursor, 'a string, or an object with `value`');
    return value && [{ name, nameRange: emptyRange, value, object: false, range }];
  }
  const fields = fieldsOf(reader, cursor, { required: ['value'], optional: ['when', 'each', 'join'] });
  if (!fields) return undefined;
  const guards = guardsOf(reader, fields('when'), fields('each'));
  const join = textOf(reader, present(fields('join')));
  if ((present(fields('each')) === undefined) !== (present(fields('join')) === undefined)) {
    fail(reader, cursor, '`each` and `join` go together here: a variable holds one text');
  }
  const value = templateOf(reader, fields('value'));
  if (!value) return undefined;
  const object = join !== undefined || Object.keys(guards).length > 0;
  return [{ name, nameRange: emptyRange, value, object, range, ...guards, ...(join ? { join: join.value } : {}) }];
}

interface DecodedNetwork {
  readonly declared: readonly EndpointDecl[];
  readonly lowered: LoweredNetwork;
}

function networkOf(reader: Reader, cursor: AnswerCursor): DecodedNetwork {
  const fields = fieldsOf(reader, cursor, { optional: ['endpoints'] });
  const declared = itemsOf(reader, fields?.('endpoints')).flatMap((item) => endpointOf(reader, item) ?? []);
  return { declared, lowered: { endpoints: lowerEndpoints({ kind: 'path', endpoints: declared }, nothing, []) } };
}

/** Endpoints of an answer are final: no conditions, and no references in them. */
function endpointOf(reader: Reader, cursor: AnswerCursor): EndpointDecl | undefined {
  const fields = fieldsOf(reader, cursor, { required: ['name', 'port'], optional: ['protocol'] });
  if (!fields) return undefined;
  const name = shownOf(reader, fields('name'));
  const port = countOf(reader, fields('port'), 65_535);
  const given = present(fields('protocol'));
  const protocol = given ? oneOf(reader, given, ['http', 'https', 'tcp'] as const) : 'http';
  if (!name || port === undefined || protocol === undefined) return undefined;
  if (name.value.includes('${')) {
    return fail(reader, fields('name') as AnswerCursor, 'the name of an endpoint is plain text here, without `${…}`');
  }
  const range = rangeOf(cursor);
  return { name: literal(name.value, name.range), port, protocol: literal(protocol, range), range };
}

const mountsOf = (reader: Reader, cursor: AnswerCursor): readonly DecodedMount[] =>
  itemsOf(reader, cursor).flatMap((item) => mountOf(reader, item) ?? []);
