/** What `status` tells of the profiles of a run. */
import { isObject, type JsonValue } from '../../base/json.ts';
import type { PlanRuntime } from '../../ir/plan-runtime-schema.ts';
import { profileOf, undeclared } from '../../plan/profiles/profile-of.ts';
import { type Permissions, type RuntimeMode, rightsOf } from '../../plan/profiles/rights.ts';
import type { BlobDigest, Store } from '../store/store.ts';

export interface ProfileSummary {
  /** Null where none is declared, as in every run of an older headgate: it reads as `default`. */
  readonly name: string | null;
  readonly mode: RuntimeMode;
  /** The name of a sandbox, or `inherit`, or `none`. */
  readonly sandbox: string;
  readonly permissions: { readonly configured: Permissions; readonly effective: Permissions };
  readonly worker?: string;
  /** Of the newest start, where its sandbox was checked. */
  readonly selfCheck?: { readonly passed: boolean | null; readonly statement: BlobDigest };
}

/** `selfCheck` is the statement that the journal names last. */
export function profileSummary(
  moniker: string,
  runtime: PlanRuntime | undefined,
  selfCheck: BlobDigest | undefined,
  store: Store,
): ProfileSummary {
  const found = profileOf(moniker, runtime);
  const { name = null, profile = undeclared, sandbox } = found ?? {};
  const rights = rightsOf(profile);
  const passed = selfCheck === undefined ? null : passedIn(store, selfCheck);
  const agent = profile.worker?.agent;
  return {
    name,
    mode: profile.runtime.mode,
    sandbox: sandbox?.name ?? profile.sandbox.mode,
    permissions: {
      configured: profile.permissions,
      effective: passed === true ? rights.permissionsChecked : rights.permissions,
    },
    ...(agent === undefined ? {} : { worker: agent }),
    ...(selfCheck === undefined ? {} : { selfCheck: { passed, statement: selfCheck } }),
  };
}

/** One that is gone is told by whoever looks at the record. */
function passedIn(store: Store, digest: BlobDigest): boolean | null {
  const bytes = store.get(digest);
  if (!bytes) return null;
  const statement = JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue;
  const predicate = isObject(statement) ? statement['predicate'] : undefined;
  const passed = isObject(predicate) ? predicate['passed'] : null;
  return typeof passed === 'boolean' ? passed : null;
}
