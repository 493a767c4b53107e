/** Whether the statement says what its folder says: it is made once more, and compared part by part. */
import { canonicalJson, isObject, type JsonValue } from '../../../base/json.ts';
import { compareText } from '../../../base/order.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { FoundStatement } from '../envelope.ts';
import { fault } from '../fault.ts';
import { statementFile } from '../folder.ts';
import type { Readings } from '../read.ts';
import { runStatement } from '../statement.ts';

export function checkStatement(found: FoundStatement, readings: Readings): readonly Blocked[] {
  const made = runStatement(readings, found.files, found.signer);
  if (!made) return [];
  const parts = differing(found.statement, made).flatMap((part) =>
    part === 'predicate' ? differing(found.predicate, made['predicate']) : [part],
  );
  return parts.map((part) =>
    fault('statement_differs', `${statementFile} ${part}`, 'it is not what the plan, the journal and the evidence say'),
  );
}

function differing(a: JsonValue | undefined, b: JsonValue | undefined): readonly string[] {
  const [left, right] = [isObject(a) ? a : {}, isObject(b) ? b : {}];
  const text = (value: JsonValue | undefined): string | undefined =>
    value === undefined ? value : canonicalJson(value);
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((key) => text(left[key]) !== text(right[key]))
    .sort(compareText);
}
