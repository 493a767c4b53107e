/** What a policy is put through. Each case ends by itself; after each of them the policy is asked an ordinary question. */
import { setTimeout as sleep } from 'node:timers/promises';
import { compareAnswers, failed, judgeAnswer, judgeAny, judgeRefusal, passed, type Verdict, warning } from './judge.ts';
import {
  allKinds,
  deepConfig,
  emptyScope,
  hugeScope,
  type Question,
  shuffled,
  smallScope,
  strangeNames,
} from './questions.ts';
import { type Address, openRaw, type Reply, type Sent, send, sendRaw } from './send.ts';

export interface Torture extends Address {
  /** The answer to the small scope, before anything else was tried. */
  readonly baseline: Reply;
}

export interface Case {
  readonly name: string;
  /** For people. */
  readonly about: string;
  readonly run: (on: Torture) => Promise<Verdict>;
}

const answers =
  (question: () => Question, how: Sent = {}): Case['run'] =>
  async (on) => {
    const asked = question();
    return judgeAnswer(await send(on, { ...how, body: asked.body }), asked, on.maxBytes);
  };

/** The ordinary question, sent in some way: the same answer. */
const same =
  (when: string, how: Sent = {}): Case['run'] =>
  async (on) =>
    compareAnswers(on.baseline, await send(on, { body: smallScope().body, ...how }), when);

const refuses =
  (how: Sent): Case['run'] =>
  async (on) =>
    judgeRefusal(await send(on, how));

const ends =
  (how: Sent): Case['run'] =>
  async (on) =>
    judgeAny(await send(on, how));

const head = (on: Torture, ...lines: readonly string[]): string =>
  [`POST ${on.url.pathname} HTTP/1.1`, `host: ${on.url.host}`, 'content-type: application/json', ...lines, '', ''].join(
    '\r\n',
  );

const good: readonly Case[] = [
  {
    name: 'small-scope',
    about: 'five components and six edges, of every kind that carries HTTP',
    run: answers(smallScope),
  },
  { name: 'empty-scope', about: 'a scope without an edge', run: answers(emptyScope) },
  { name: 'all-kinds', about: 'edges of kinds that carry no HTTP', run: answers(allKinds) },
  { name: 'huge-scope', about: '5,000 edges in one question', run: answers(() => hugeScope(5_000)) },
  {
    name: 'unknown-fields',
    about: 'fields that a later protocol may add, in every object',
    run: answers(() => smallScope({ 'x-later': { added: [1, null, 'ö'] } })),
  },
  { name: 'strange-names', about: 'names such as `__proto__`, emoji, 2,000 letters', run: answers(strangeNames) },
  { name: 'deep-config', about: 'config that is nested 190 levels deep', run: answers(() => deepConfig(190)) },
  { name: 'repeated', about: 'the same question three times: the same answer', run: repeated },
  {
    name: 'key-order',
    about: 'the same question with its keys in another order: the same answer',
    run: async (on) => {
      const reply = await send(on, { body: shuffled(smallScope().body) });
      return compareAnswers(on.baseline, reply, 'with keys in another order');
    },
  },
  { name: 'concurrent', about: '32 questions at once', run: concurrent },
  {
    name: 'slow-client',
    about: 'a question that comes in 20 pieces',
    run: same('when the question comes slowly', { pieces: { count: 20, pauseMs: 25 } }),
  },
  { name: 'ready', about: '`GET /`, which every policy is asked while it starts', run: ready },
];

async function repeated(on: Torture): Promise<Verdict> {
  for (let time = 2; time <= 3; time++) {
    const verdict = await same(`the ${time === 2 ? 'second' : 'third'} time`)(on);
    if (verdict.result !== 'passed') return verdict;
  }
  return passed('the same bytes');
}

async function concurrent(on: Torture): Promise<Verdict> {
  const replies = await Promise.all(Array.from({ length: 32 }, () => send(on, { body: smallScope().body })));
  const verdicts = replies.map((reply) => compareAnswers(on.baseline, reply, 'with 32 at once'));
  const worst =
    verdicts.find(({ result }) => result === 'failed') ?? verdicts.find(({ result }) => result !== 'passed');
  const slowest = Math.max(...replies.map(({ ms }) => ms));
  return worst ?? passed(`32 times the same bytes, the last after ${slowest} ms`);
}

async function ready(on: Torture): Promise<Verdict> {
  const reply = await send(on, { method: 'GET', path: '/' });
  if ('fault' in reply) return failed(reply.fault);
  return reply.status === 502 ? failed('status 502 means that it is not ready') : passed(`status ${reply.status}`);
}

const bad: readonly Case[] = [
  { name: 'malformed-json', about: 'a question that breaks off', run: refuses({ body: '{"scope": {"components": [' }) },
  { name: 'no-body', about: 'nothing', run: refuses({ body: '' }) },
  { name: 'no-object', about: '`null` instead of an object', run: refuses({ body: 'null' }) },
  { name: 'no-scope', about: 'an object without a scope', run: refuses({ body: '{}' }) },
  { name: 'scope-no-object', about: 'a scope that is a list', run: refuses({ body: '{"scope": []}' }) },
  {
    name: 'not-utf-8',
    about: 'bytes that are no UTF-8',
    run: refuses({ body: Buffer.concat([Buffer.from('{"scope":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]) }),
  },
  { name: 'deep-json', about: 'JSON that is nested 100,000 levels deep', run: refuses({ body: '['.repeat(100_000) }) },
  { name: 'large-junk', about: '20 MB that are no question', run: refuses({ body: Buffer.alloc(20_000_000, 'x') }) },
  {
    name: 'content-type',
    about: 'a question that says it is text',
    run: ends({ body: smallScope().body, headers: { 'content-type': 'text/plain' } }),
  },
  { name: 'chunked', about: 'a question without a length', run: ends({ body: smallScope().body, chunked: true }) },
  {
    name: 'unknown-path',
    about: 'a path that is not there',
    run: ends({ path: '/no/such/path?x=%00', body: smallScope().body }),
  },
  { name: 'unknown-method', about: 'DELETE', run: ends({ method: 'DELETE' }) },
  {
    name: 'long-head',
    about: 'a head of 100 kB',
    run: ends({ body: smallScope().body, headers: { 'x-long': 'y'.repeat(100_000) } }),
  },
  {
    name: 'no-http',
    about: 'bytes that are no HTTP',
    run: async (on) => waiting(await sendRaw(on, '\x16\x03\x01 no HTTP at all\r\n\r\n')),
  },
  {
    name: 'no-length',
    about: 'a length that is not a number',
    run: async (on) => waiting(await sendRaw(on, head(on, 'content-length: -1'))),
  },
  {
    name: 'truncated',
    about: 'less than its length, and then the end',
    run: async (on) => {
      const socket = openRaw(on, `${head(on, 'content-length: 5000')}{"scope"`);
      await sleep(100);
      socket.end();
      return passed('the connection was ended');
    },
  },
  { name: 'disconnect', about: 'ten clients that go away in the middle', run: disconnect },
  {
    name: 'deaf-client',
    about: 'a client that does not read the answer',
    run: async (on) => {
      const { body } = hugeScope(1_000);
      const socket = openRaw(on, head(on, `content-length: ${Buffer.byteLength(body)}`) + body);
      socket.pause();
      await sleep(500);
      const verdict = await same('while another client does not read')({
        ...on,
        timeoutMs: Math.min(on.timeoutMs, 3_000),
      });
      socket.destroy();
      return beside(verdict);
    },
  },
  {
    name: 'idle-clients',
    about: 'eight connections over which nothing comes',
    run: async (on) => {
      const sockets = Array.from({ length: 8 }, () => openRaw(on, 'POST / HT'));
      await sleep(100);
      const verdict = await same('while others say nothing')({ ...on, timeoutMs: Math.min(on.timeoutMs, 3_000) });
      for (const socket of sockets) socket.destroy();
      return beside(verdict);
    },
  },
];

/** Whoever waits for the rest of what will not come harms nobody but who sent it. */
const waiting = (reply: Reply): Verdict => {
  const verdict = judgeAny(reply);
  return verdict.result === 'failed' ? warning(verdict.detail) : verdict;
};

/** headgate asks over one connection at a time for each question: a policy that takes one client at once still works. */
const beside = (verdict: Verdict): Verdict =>
  verdict.result === 'failed' ? warning(`one client keeps another waiting: ${verdict.detail}`) : verdict;

async function disconnect(on: Torture): Promise<Verdict> {
  const { body } = smallScope();
  for (let count = 0; count < 10; count++) {
    const socket = openRaw(
      on,
      (head(on, `content-length: ${Buffer.byteLength(body)}`) + body).slice(0, 80 + count * 60),
    );
    await sleep(20);
    if ('resetAndDestroy' in socket) socket.resetAndDestroy();
  }
  return passed('the connections were reset');
}

export const cases: readonly Case[] = [...good, ...bad];
