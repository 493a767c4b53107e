/**
 * On whose authority a run acts. What its plan has of the delegations is the most that there is: the file is read again while the run
 * goes on, and can only take away, as the time and the operator can. Knows no clock and no file but what it is handed.
 */
import { timestampOf } from '../../base/timestamp.ts';
import { type Action, actionId } from '../../ir/action.ts';
import { byPlan, type Delegation, type Need } from '../../ir/authority.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { PlanGrants } from '../../ir/plan-grants-schema.ts';
import { entryFor, gives } from '../../plan/authority/covers.ts';
import { keyOfNeed } from '../../plan/authority/needs.ts';
import type { Standing, Stood } from '../../ports/authority.ts';
import { type DelegationState, type DelegationTold, type FileNow, stateOf } from './state.ts';

/** The one place that makes what an action stands on. */
const standing = (on: readonly Stood[]): Standing => ({ on }) as unknown as Standing;

/** For what only looks, and has no effect. */
export const nothing: Standing = standing([]);

/** Of what is no part of a run: a command does what it says, and its user is who may say so. */
export const byOperator: Standing = standing([]);

/** What one effect stands on that several actions have together. */
export const together = (all: readonly Standing[]): Standing => standing(all.flatMap(({ on }) => on));

export interface AuthorityOptions {
  /** Of the plan; undefined where the run stands on its plan alone. */
  readonly grants: PlanGrants | undefined;
  /** What an action cannot do without. Of one that only takes back, what it gives up. */
  readonly needs: (action: Action) => readonly Need[];
  /** RFC 3339. */
  readonly time: () => string;
  readonly file: () => FileNow;
  /** What the operator has revoked before, in this run: reasons by id. */
  readonly revoked: ReadonlyMap<string, string>;
  /** What is under way besides the actions that were told to have begun. */
  readonly underWay?: () => readonly Need[];
  /** A delegation has ended while the run goes on. */
  readonly onEnded?: (ended: DelegationTold) => void;
  /** What is under way has nothing to stand on any more. */
  readonly onLost?: (blocked: readonly Blocked[]) => void;
}

export interface Authority {
  /** All that is not given, each once. */
  readonly missing: (needs: readonly Need[]) => readonly Blocked[];
  /** Asked at the start of each action, every time. */
  readonly stand: (action: Action) => Standing | { readonly blocked: readonly Blocked[] };
  /** The same for a part of it that comes later, while it goes on: nothing is begun by it. */
  readonly again: Authority['stand'];
  /** Of what takes an effect back, or gives up: never refused, whatever has ended meanwhile. */
  readonly back: (action: Action) => Standing;
  /** What was begun by `stand` is over. */
  readonly over: (action: Action) => void;
  /** Looks at time and file again. */
  readonly look: () => void;
  /** Milliseconds until the next delegation is over by its time; undefined where none will be. */
  readonly nextEnd: () => number | undefined;
  readonly revoke: (id: string, reason: string) => 'revoked' | 'unknown' | 'already';
  readonly delegations: () => readonly DelegationTold[];
  /** On which delegation each right stands now; null on none. */
  readonly rights: (needs: readonly Need[]) => readonly (Omit<Stood, 'delegation'> & {
    readonly delegation: string | null;
  })[];
}

export function createAuthority(options: AuthorityOptions): Authority {
  const { grants, needs } = options;
  const revoked = new Map(options.revoked);
  const begun = new Map<string, readonly Need[]>();
  const stood = new Map<string, string>();
  let file: FileNow = grants ? options.file() : { delegations: [] };
  const now = (): number => timestampOf(options.time()) ?? Number.POSITIVE_INFINITY;
  const stateNow = (one: Delegation): DelegationState =>
    stateOf(one, { now: now(), revoked: revoked.get(one.id), file, name: grants?.delegation ?? '' });
  const ended = new Set(
    (grants?.delegations ?? []).flatMap((one) => (stateNow(one).state === 'active' ? [] : [one.id])),
  );

  /** What the file has of it by now counts as well. */
  const givesNow = (one: Delegation, need: Need): boolean => {
    if (!gives(one, need) || stateNow(one).state !== 'active') return false;
    const now = 'fault' in file ? undefined : file.delegations.find(({ id }) => id === one.id);
    return now !== undefined && gives(now, need);
  };
  const giverOf = (need: Need): string | undefined =>
    grants ? grants.delegations.find((one) => givesNow(one, need))?.id : byPlan;
  const lacking = (need: Need): Blocked | undefined => (giverOf(need) === undefined ? missingOf(need) : undefined);

  const missingOf = (need: Need): Blocked => {
    const { delegation: name = '', delegations = [] } = grants ?? {};
    const once = delegations.filter((one) => gives(one, need));
    const told = once.map((one) => {
      const { state, reason } = stateNow(one);
      return state === 'active'
        ? `\`${one.id}\` gave it, and does so no longer in ${name}`
        : `\`${one.id}\` gave it: ${reason}`;
    });
    return {
      gate: 'authority_missing',
      subject: need.subject,
      reasons: [
        `${need.gate}: no delegation gives \`${need.resource}\`${once.length === 0 ? '' : ' any more'}`,
        ...told,
      ],
      remedy:
        remedyFor(
          once.map((one) => ({ id: one.id, ...stateNow(one) })),
          name,
        ) ?? `add \`${entryFor(need)}\` to ${name}, and begin a new run`,
    };
  };

  const missing = (all: readonly Need[]): readonly Blocked[] => {
    const each = new Map(all.map((one) => [keyOfNeed(one), one]));
    return [...each.values()].flatMap((one) => lacking(one) ?? []);
  };
  const stoodOn = ({ gate, subject, resource }: Need, delegation: string): Stood => ({
    gate,
    subject,
    resource,
    delegation,
  });
  const tellEnded = (): void => {
    for (const one of grants?.delegations ?? []) {
      if (ended.has(one.id)) continue;
      const told = stateNow(one);
      if (told.state === 'active') continue;
      ended.add(one.id);
      // As the operator said it.
      options.onEnded?.({ ...one, ...told, reason: revoked.get(one.id) ?? told.reason ?? '' });
    }
  };
  const judge = (): void => {
    tellEnded();
    const lost = missing([...[...begun.values()].flat(), ...(options.underWay?.() ?? [])]);
    if (lost.length > 0) options.onLost?.(lost);
  };

  const again: Authority['again'] = (action) => {
    const wanted = needs(action);
    if (grants && wanted.length > 0) file = options.file();
    const blocked = missing(wanted);
    if (blocked.length > 0) {
      // Whoever asks first has found it.
      tellEnded();
      return { blocked };
    }
    return standing(
      wanted.map((need) => {
        const giver = giverOf(need) ?? byPlan;
        stood.set(keyOfNeed(need), giver);
        return stoodOn(need, giver);
      }),
    );
  };

  return {
    missing,
    stand: (action) => {
      const on = again(action);
      if (!('blocked' in on)) begun.set(actionId(action), needs(action));
      return on;
    },
    again,
    back: (action) =>
      standing(
        needs(action).flatMap((need) => {
          const giver = stood.get(keyOfNeed(need)) ?? giverOf(need);
          return giver === undefined ? [] : [stoodOn(need, giver)];
        }),
      ),
    over: (action) => void begun.delete(actionId(action)),
    look: () => {
      if (!grants) return;
      file = options.file();
      judge();
    },
    nextEnd: () => {
      const ends = (grants?.delegations ?? []).flatMap((one) => {
        const inFile = 'fault' in file ? undefined : file.delegations.find(({ id }) => id === one.id);
        return [one.expires, inFile?.expires].flatMap((at) => (at === undefined ? [] : (timestampOf(at) ?? [])));
      });
      const left = ends.map((at) => at - now()).filter((ms) => ms > 0);
      return left.length === 0 ? undefined : Math.min(...left);
    },
    revoke: (id, reason) => {
      const one = grants?.delegations.find((known) => known.id === id);
      if (!one) return 'unknown';
      if (revoked.has(id)) return 'already';
      revoked.set(id, reason);
      // That it is revoked is told also where it was over by then: a later process of the run is to know.
      ended.delete(id);
      judge();
      return 'revoked';
    },
    delegations: () => (grants?.delegations ?? []).map((one) => ({ ...one, ...stateNow(one) })),
    rights: (all) =>
      all.map(({ gate, subject, resource, kind }) => ({
        gate,
        subject,
        resource,
        delegation: giverOf({ gate, subject, resource, kind }) ?? null,
      })),
  };
}

/** What is easiest to mend comes first; undefined where nothing was given in the first place. */
function remedyFor(once: readonly (DelegationState & { readonly id: string })[], name: string): string | undefined {
  if (once.some(({ state }) => state === 'active' || state === 'withdrawn'))
    return `put ${name} back as it was, and go on with \`headgate resume\``;
  const expired = once.find(({ state }) => state === 'expired');
  if (expired) return `give \`${expired.id}\` a later \`expires\` in ${name}, and begin a new run`;
  return once.length > 0 ? 'begin a new run: what was revoked is revoked for this one' : undefined;
}
