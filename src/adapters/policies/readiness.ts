/** Waits until a policy can be asked, and tells why it cannot be, or could not answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxEnd } from '../sandbox/end.ts';
import { type Failure, type PolicyAddress, type Probed, probe, seconds, since, type Undici } from './http.ts';
import type { Pass } from './pass.ts';
import type { StartedPolicies, StartedPolicy } from './processes.ts';

/** The process and everything that its slots lead to. */
export function withPeers(policy: StartedPolicy, started: StartedPolicies): readonly StartedPolicy[] {
  const found = new Set([policy]);
  for (const member of found) {
    for (const peer of Object.values(member.process.slots).flat()) {
      const provider = started.byMoniker.get(peer.moniker);
      if (provider) found.add(provider);
    }
  }
  return [...found];
}

/** Once `GET /` is answered by anything but 502, what it told. The edge holds a connection until the port opens. */
export async function waitUntilReady(
  address: PolicyAddress,
  policy: StartedPolicy,
  needed: readonly StartedPolicy[],
  undici: Undici,
  pass: Pass,
): Promise<Failure | Probed> {
  const stop = new AbortController();
  const deadline = AbortSignal.timeout(Math.max(1, pass.limits.startMs - since(pass.start)));
  const signal = AbortSignal.any([stop.signal, pass.end.signal, deadline]);
  let probed: Probed | undefined;
  const answered = (async (): Promise<undefined> => {
    while (!signal.aborted) {
      probed = await probe(undici, address, 5_000, signal);
      if (probed && probed.status !== 502) return;
      await sleep(15, undefined, { signal }).catch(() => {});
    }
  })();
  const died = needed.map((member) => earlyEnd(member, member === policy, pass));
  const first = await Promise.race([answered, ...died]);
  stop.abort();
  if (first) return first;
  const ended = pass.end.phase();
  if (ended !== undefined) {
    const message = ended === 'deadline' ? `${pass.end.message()}: \`GET /\` was not answered yet` : pass.end.message();
    const failure: Failure = { ok: false, phase: ended, message, elapsedMs: since(pass.start) };
    return ended === 'deadline' ? withStderr(failure, policy) : failure;
  }
  if (probed && probed.status !== 502) return probed;
  const message = probed
    ? '`GET /` was answered with 502 (not ready) every time'
    : `nothing answered \`GET /\` on port ${new URL(address.origin).port}`;
  const failure: Failure = {
    ok: false,
    phase: 'ready',
    message: `${message} within ${seconds(pass.limits.startMs)}`,
    help: 'listen on 127.0.0.1 or 0.0.0.0 at the port of the endpoint, and answer every GET, if only with 404',
    elapsedMs: since(pass.start),
  };
  return withStderr(failure, policy);
}

/** Settles only when the process ended in a way that it should not. A peer may be done with status 0. */
function earlyEnd(member: StartedPolicy, asked: boolean, pass: Pass): Promise<Failure> {
  return new Promise((done) => {
    void member.sandbox.ended.then((end) => {
      if (end.reason === 'stopped' || (!asked && end.reason === 'exited' && end.code === 0)) return;
      const what = `${asked ? '' : `\`${member.process.display}\` (\`${member.process.moniker}\`), which it needs: `}${end.message}`;
      const early = end.reason === 'exited' ? `${what} before it answered anything` : what;
      const help = 'help' in end && end.help !== undefined ? { help: end.help } : {};
      done(
        withStderr(
          {
            ok: false,
            phase: ['sandbox', 'differs'].includes(end.reason) ? 'sandbox' : 'start',
            message: early,
            ...help,
            elapsedMs: since(pass.start),
          },
          member,
        ),
      );
    });
  });
}

/** A connection that broke has its reason in the process at its other end, which is told a moment later. */
export async function explain(
  failure: Failure,
  policy: StartedPolicy,
  needed: readonly StartedPolicy[],
): Promise<Failure> {
  const broken = ['connect', 'headers', 'body'].includes(failure.phase);
  // What the policy wrote to stderr before it answered may still wait to be read.
  await (broken ? Promise.race([policy.sandbox.ended, sleep(150)]) : sleep(20));
  const member = needed.find(({ end }) => end !== undefined && endsBadly(end, policy.end === end)) ?? policy;
  const end = member.end;
  if (!broken || end === undefined || !('message' in end)) return withStderr(failure, policy);
  const who =
    member === policy ? '' : `\`${member.process.display}\` (\`${member.process.moniker}\`), which it needs: `;
  return withStderr({ ...failure, message: `${failure.message}; ${who}${end.message}` }, member);
}

const endsBadly = (end: SandboxEnd, asked: boolean): boolean =>
  end.reason !== 'stopped' && (asked || end.reason !== 'exited' || end.code !== 0);

function withStderr(failure: Failure, policy: StartedPolicy): Failure {
  const stderrTail = policy.sandbox.stderrTail();
  return stderrTail === '' ? failure : { ...failure, stderrTail };
}
