/**
 * Phase 5, govern. In: the linked scenario. Out: the graph with the interposers of all policies spliced in, and a record of every
 * answer. Build what each scope sees (pure), ask (the only IO, through `PolicyClient`) or look into the lock (pure), validate (pure),
 * rewrite (pure), check again. Every policy of every scope sees the graph as it was linked; nothing is applied unless every answer
 * is good.
 */
import { compareText } from '../../base/order.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Governed, HeardAnswer, PolicyRecord } from '../../ir/governed.ts';
import type { ComponentId } from '../../ir/graph.ts';
import { indexGraph, monikerOf } from '../../ir/graph-index.ts';
import type { Linked } from '../../ir/linked.ts';
import type { PolicySetting } from '../../ir/policy-settings.ts';
import type { GivenConfig } from '../../language/config/given.ts';
import { secretLeaves } from '../../language/config/secret-paths.ts';
import { loadMetaschema } from '../../language/schema/metaschema.ts';
import { loadSyntax } from '../../language/syntax/parse.ts';
import type { PolicyClient, PolicyLimits, PolicyOutcome } from '../../ports/policy-client.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { Span } from '../../ports/tracer.ts';
import { checkAnsweredReferences } from './answered-references.ts';
import { type Question, toAsk } from './ask.ts';
import { followCalls } from './call-spans.ts';
import { answersFromLock, type FrozenLock } from './lock/frozen.ts';
import { type KeyContext, keysOf, type QuestionKey } from './lock/keys.ts';
import { referencesRead, resolveSecrets, rootReferences } from './policy-secrets.ts';
import { namesOf, settingOf } from './policy-settings.ts';
import { toProcesses } from './processes.ts';
import { type Reply, readAnswers } from './read-answers.ts';
import { recheck } from './recheck.ts';
import { type Application, rewrite } from './rewrite.ts';
import { viewScope } from './scope.ts';
import { resolvedTexts, type SecretText, secretTexts } from './secret-in-answer.ts';
import { showShadow } from './shadow.ts';
import {
  type AnsweredReferences,
  checkRemotePolicies,
  checkSecretGrants,
  checkUnusedGrants,
  type Pins,
  secretsRead,
} from './trust.ts';
import { proveRewrite } from './verify/prove-rewrite.ts';
import { type AskAgain, verifyFixpoint } from './verify/verify-fixpoint.ts';
import { verifyOrder } from './verify/verify-order.ts';

/** What else is found out about the policies of a scenario. */
export interface Verify {
  /** Whether the result depends on the order of a list. */
  readonly order?: boolean;
  /** Whether policies would add more when asked about the rewritten graph. */
  readonly fixpoint?: boolean;
}

export interface GovernContext {
  /** Absent only for a frozen compile. */
  readonly client: PolicyClient | undefined;
  readonly rootConfig: GivenConfig;
  /** Names that the settings declare. */
  readonly vaults: readonly string[];
  /** Asked right before the first policy starts, and for what the settings grant alone. */
  readonly secrets?: Secrets;
  /** Policies that run already: `use` name, `<scope>/<use>` or reference → URL. */
  readonly running: Readonly<Record<string, string>>;
  readonly settings: readonly PolicySetting[];
  /** Of a policy of which the settings say nothing. */
  readonly limits: PolicyLimits;
  /** What counts more than the settings. */
  readonly givenLimits: Partial<PolicyLimits>;
  readonly pins: Pins;
  /** Given when a lock is to be made or answered. */
  readonly keys?: KeyContext;
  /** Nothing is started, and every answer comes from here; `keys` are given too. */
  readonly frozen?: FrozenLock;
  readonly sink: Sink;
  /** Told of every answer that could be read. */
  readonly onAnswer?: (heard: HeardAnswer) => void;
  readonly verify?: Verify;
  /** Names of policies whose answers are taken as empty. */
  readonly without?: readonly string[];
  /** Runs a step and measures it, if anybody wants to know. */
  readonly time: <T>(step: 'ask' | 'validate' | 'rewrite' | 'prove', run: (span: Span) => T | Promise<T>) => Promise<T>;
}

export async function govern(linked: Linked, ctx: GovernContext): Promise<Governed | undefined> {
  const { sink, settings } = ctx;
  const questions = toQuestions(linked, ctx);
  const frozen = ctx.frozen !== undefined;
  checkSecretGrants(questions, settings, sink, frozen);
  const { governed, answered } = await governAsked(linked, questions, ctx);
  const late = lateSecrets(linked, questions, governed);
  checkSecretGrants(late, settings, sink, frozen);
  checkUnusedGrants([...questions, ...late], answered, sink);
  return sink.hasErrors ? undefined : governed;
}

/** What an interposer of an answer declares secret may have been read as plain config by some policy. */
const lateSecrets = (
  linked: Linked,
  questions: readonly Question[],
  governed: Governed | undefined,
): readonly Question[] => {
  const known = new Set(linked.secrets);
  const secrets = governed?.secrets.filter((path) => !known.has(path)) ?? [];
  return questions.map((question) => ({
    ...question,
    secrets: secretsRead(linked, question.entry, secrets),
    references: [],
  }));
};

async function governAsked(
  linked: Linked,
  questions: readonly Question[],
  ctx: GovernContext,
): Promise<{ readonly governed?: Governed; readonly answered: AnsweredReferences }> {
  const { sink } = ctx;
  const none = { answered: new Map() };
  const heard = ctx.frozen ? await fromLock(linked, questions, ctx.frozen, ctx) : await live(linked, questions, ctx);
  if (!heard || sink.hasErrors) return none;
  if (questions.length === 0) return { ...none, governed: { ...linked, policies: [] } };
  await Promise.all([loadSyntax('json5'), loadMetaschema()]);
  const replies = await ctx.time('validate', () =>
    readAnswers(linked, questions, unheard(questions, heard.outcomes, ctx), {
      ...ctx,
      strict: ctx.keys !== undefined,
      secrets: heard.secrets ?? [],
    }),
  );
  if (!replies) return none;
  const answered = checkAnsweredReferences(replies, ctx.vaults, ctx.settings, sink);
  if (sink.hasErrors) return { answered };
  const applications = replies.map(toApplication);
  const rewritten = await ctx.time('rewrite', () => {
    const result = rewrite(linked, applications);
    recheck(result, linked.graph, sink);
    return result;
  });
  if (!sink.hasErrors) await ctx.time('prove', () => proveRewrite(linked.graph, applications, rewritten, sink));
  if (sink.hasErrors) return { answered };
  if (ctx.verify?.order) verifyOrder(linked, applications, rewritten, sink);
  if (ctx.verify?.fixpoint) await verifyFixpoint(linked, applications, rewritten, askAgain(ctx), sink);
  const consumers = rewritten.spaces.map((space) => ({ space }));
  const secrets = secretLeaves(linked.rootSchema, consumers, linked.secrets);
  const policies = replies.map((reply, index): PolicyRecord => {
    const { entry, view, mode } = reply.question;
    const targets = reply.said?.answer.interpositions.flatMap((i) => i.attachments.map((a) => a.target)) ?? [];
    const shadow = mode === 'shadow' ? showShadow(linked, applications, index, reply, sink) : undefined;
    const key = heard.keys?.[index];
    return {
      scope: view.scope,
      entry,
      mode,
      requestDigest: view.requestDigest,
      answerDigest: reply.said?.digest ?? null,
      edgesShown: view.targets.size,
      edgesMatched: new Set(targets).size,
      interposers: rewritten.inserted[index] ?? [],
      findings: reply.said?.findings ?? [],
      sandbox: heard.sandboxes[index] ?? '',
      secrets: [...secretsRead(linked, entry, secrets), ...writtenReferences(reply.question)].sort(compareText),
      ...(reply.question.setting?.usage ? { usage: true as const } : {}),
      ...(shadow ? { shadow } : {}),
      ...(key && reply.said ? { recording: { ...key, request: view.body, answer: reply.said.text } } : {}),
    };
  });
  const { graph, origins, spaces } = rewritten;
  return { governed: { graph, origins, spaces, rootSchema: linked.rootSchema, secrets, policies }, answered };
}

/** Those of the manifests: what root config names is not known to the plan. */
const writtenReferences = ({ references }: Question): readonly string[] => [
  ...new Set(references.flatMap(({ reference, root }) => (root === undefined ? [reference] : []))),
];

/** A policy that is left out keeps its place, so that nothing else is called otherwise. */
const unheard = (
  questions: readonly Question[],
  outcomes: readonly PolicyOutcome[],
  { without = [] }: GovernContext,
): readonly PolicyOutcome[] =>
  outcomes.map((outcome, index) => {
    const names = namesOf((questions[index] as Question).entry);
    if (!names.some((name) => without.includes(name))) return outcome;
    return { ok: true, text: '{"interpositions": []}', elapsedMs: 0 };
  });

/** What came of the questions, in their order. */
interface Heard {
  readonly outcomes: readonly PolicyOutcome[];
  readonly sandboxes: readonly string[];
  readonly keys?: readonly QuestionKey[];
  /** What must not be in the answers. */
  readonly secrets?: readonly (readonly SecretText[])[];
}

/** A policy in shadow keeps its place, so that nothing is called otherwise once it is enforced. */
const toApplication = ({ question, said }: Reply): Application => ({
  ...question,
  answer:
    said && question.mode !== 'shadow'
      ? said.answer
      : { interpositions: [], findings: [], source: { file: 'answer', text: '' } },
  answerDigest: said?.digest ?? '',
});

/** The same policies about another graph of the same scenario. */
const askAgain =
  (ctx: GovernContext): AskAgain =>
  async (linked, sink) => {
    // A lock has no answer about it.
    if (ctx.frozen) return undefined;
    const { keys, onAnswer, ...rest } = ctx;
    const questions = toQuestions(linked, ctx);
    const heard = await live(linked, questions, { ...rest, sink });
    return (
      heard &&
      readAnswers(linked, questions, heard.outcomes, { sink, strict: false, secrets: heard.secrets ?? [] })?.map(
        toApplication,
      )
    );
  };

/** Scope order, then list order: the order in which answers are applied. */
function toQuestions(linked: Linked, ctx: GovernContext): readonly Question[] {
  const { running, settings, limits, givenLimits } = ctx;
  const index = indexGraph(linked.graph);
  const given = rootReferences(linked, ctx.rootConfig);
  return linked.scopes.flatMap((scope) => {
    const view = viewScope(index, scope, ctx.pins.names.nameOfUrl);
    return scope.entries.map((entry, listIndex): Question => {
      const url = namesOf(entry)
        .map((name) => (Object.hasOwn(running, name) ? running[name] : undefined))
        .find((u) => u !== undefined);
      const setting = settingOf(entry, settings);
      return {
        view,
        entry,
        listIndex,
        mode: setting?.mode ?? 'enforce',
        limits: { ...limits, ...setting?.limits, ...givenLimits },
        secrets: secretsRead(linked, entry),
        references: referencesRead(linked, entry, given),
        ...(url === undefined ? {} : { url }),
        ...(setting ? { setting } : {}),
      };
    });
  });
}

async function fromLock(
  linked: Linked,
  questions: readonly Question[],
  frozen: FrozenLock,
  ctx: GovernContext,
): Promise<Heard | undefined> {
  const keys = ctx.keys ? await keysOf(linked, questions, ctx.keys) : [];
  const answered = answersFromLock(questions, keys, frozen, ctx.sink);
  return answered && { ...answered, keys };
}

async function live(linked: Linked, questions: readonly Question[], ctx: GovernContext): Promise<Heard | undefined> {
  checkRemotePolicies(linked, questions, ctx.pins, ctx.sink);
  const { client } = ctx;
  const wanted = questions.filter((q) => q.url === undefined).map((q) => ({ scope: q.view.scope, entry: q.entry }));
  const given = new Set(questions.flatMap(({ references }) => references.map(({ component }) => component)));
  const isGiven = (id: ComponentId): boolean => given.has(id);
  const { root } = toProcesses(linked, wanted, ctx.rootConfig, ctx.sink, { isGiven });
  if (ctx.sink.hasErrors || !client) return undefined;
  if (questions.length === 0) return { outcomes: [], sandboxes: [] };
  // All that is kept of the questions is made of references; values come after it.
  const keys = ctx.keys && (await keysOf(linked, questions, ctx.keys));
  const secrets = await resolveSecrets(questions, ctx.secrets, ctx.sink);
  const { processes } = toProcesses(linked, wanted, ctx.rootConfig, ctx.sink, { isGiven, secrets });
  if (ctx.sink.hasErrors || !secrets) return undefined;
  const { components } = linked.policies.graph;
  const asks = questions.map((question, index) =>
    toAsk(question, index, ({ component }) => monikerOf(components, component)),
  );
  // Of the longest; each has its own besides.
  const totalMs = Math.max(...questions.map(({ limits }) => limits.totalMs));
  const outcomes = await ctx.time('ask', (span) =>
    client.ask(processes, asks, { ...ctx.limits, totalMs }, followCalls(questions, asks, span)),
  );
  const sandboxes = questions.map(({ url }) => (url === undefined ? client.sandbox : 'running'));
  const known = questions.map(({ secrets: paths, entry }) => [
    ...secretTexts(root, paths),
    ...resolvedTexts(secrets, entry.members),
  ]);
  return { outcomes, sandboxes, secrets: known, ...(keys ? { keys } : {}) };
}
