import { setKey } from '../../../base/json.ts';
import type { Interposer, InterposerResource } from '../../../ir/answer.ts';
import type { Provide, Slot } from '../../../ir/graph.ts';
import type { Capability } from '../../../ir/manifest.ts';
import { capabilityKinds } from '../../../language/decode/declarations.ts';
import {
  type AnswerCursor,
  booleanOf,
  type FieldNames,
  type Fields,
  fieldsOf,
  jsonOf,
  namesOf,
  objectNodeOf,
  objectOf,
  once,
  oneOf,
  optionalShown,
  optionalText,
  present,
  type Reader,
} from './answer-cursor.ts';
import { programOf } from './program.ts';

const interposerFields: FieldNames = {
  optional: ['program', 'config', 'config_schema', 'slots', 'provides', 'resources', 'metadata'],
};

/** A program that is missing decodes; a rule refuses it. */
export function interposerOf(reader: Reader, cursor: AnswerCursor): Interposer | undefined {
  const fields = fieldsOf(reader, cursor, interposerFields);
  if (!fields) return undefined;
  const decoded = programOf(reader, present(fields('program')));
  const config = objectOf(reader, present(fields('config')));
  const configSchema = objectOf(reader, present(fields('config_schema')));
  const metadata = fields('metadata');
  return {
    node: objectNodeOf(cursor),
    written: objectOf(reader, cursor) ?? {},
    program: decoded?.program ?? null,
    manifestProgram: decoded?.manifestProgram ?? null,
    config: config ?? null,
    configSchema: configSchema ?? null,
    slots: once(reader, fields('slots'), slotsOf) ?? {},
    provides: once(reader, fields('provides'), providesOf) ?? {},
    resources: once(reader, fields('resources'), resourcesOf) ?? {},
    metadata: metadata ? jsonOf(metadata) : null,
  };
}

type Decode<T> = (reader: Reader, cursor: AnswerCursor) => T;

const mapOf =
  <T>(decode: Decode<T | undefined>): Decode<Readonly<Record<string, T>>> =>
  (reader, cursor) => {
    const out: Record<string, T> = {};
    for (const [name, entry] of namesOf(reader, cursor)) {
      const decoded = decode(reader, entry);
      if (decoded !== undefined) setKey(out, name, decoded);
    }
    return out;
  };

const slotsOf = mapOf(slotOf);
const providesOf = mapOf(provideOf);
const resourcesOf = mapOf(resourceOf);

function capabilityOf(reader: Reader, fields: Fields): Capability | undefined {
  const kind = oneOf(reader, fields('kind'), capabilityKinds);
  const profile = optionalShown(reader, fields('profile'))?.value ?? null;
  return kind && { kind, profile };
}

function slotOf(reader: Reader, cursor: AnswerCursor): Slot | undefined {
  const fields = fieldsOf(reader, cursor, { required: ['kind'], optional: ['profile', 'optional', 'multiple'] });
  if (!fields) return undefined;
  const capability = capabilityOf(reader, fields);
  const optional = booleanOf(reader, fields('optional'), false);
  const multiple = booleanOf(reader, fields('multiple'), false);
  return capability && { ...capability, optional, multiple };
}

function provideOf(reader: Reader, cursor: AnswerCursor): Provide | undefined {
  const fields = fieldsOf(reader, cursor, { required: ['kind'], optional: ['profile', 'endpoint'] });
  if (!fields) return undefined;
  const capability = capabilityOf(reader, fields);
  const endpoint = optionalShown(reader, fields('endpoint'))?.value ?? null;
  return capability && { ...capability, endpoint };
}

function resourceOf(reader: Reader, cursor: AnswerCursor): InterposerResource | undefined {
  const fields = fieldsOf(reader, cursor, { required: ['kind'], optional: ['params'] });
  if (!fields) return undefined;
  const kind = oneOf(reader, fields('kind'), capabilityKinds);
  const given = present(fields('params'));
  const params = given && fieldsOf(reader, given, { optional: ['size', 'retention', 'sharing'] });
  const param = (name: string): string | null => optionalText(reader, params?.(name))?.value ?? null;
  const decoded = { size: param('size'), retention: param('retention'), sharing: param('sharing') };
  return kind && { kind, params: decoded };
}
