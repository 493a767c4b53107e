import { own } from '../../../base/json.ts';
import type { Interposer } from '../../../ir/answer.ts';
import type { Protocol } from '../../../ir/graph.ts';
import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';
import { sameCapability } from './support/words.ts';

/**
 * The consumer speaks to the interposer as it spoke to its provider. HTTP with and without TLS are one language, since the URL tells
 * them apart; plain TCP is another. Silent where the endpoint behind the edge is not of this scenario.
 */
export const protocol: AnswerRule = {
  id: 'protocol',
  check({ interposition: { attachments, interposer }, context: { targets } }, report) {
    for (const [index, { target, interposerProvide: name }] of attachments.entries()) {
      const [provide, behind] = [own(interposer.provides, name), targets.get(target)];
      if (!provide || !behind?.protocol || !sameCapability(provide, behind.capability)) continue;
      const offered = protocolAt(interposer, provide.endpoint);
      const { protocol: expected } = behind;
      if (offered === undefined || (offered === 'tcp') === (expected === 'tcp')) continue;
      report(
        ['attachments', index, 'interposer_provide'],
        () =>
          `provide ${quote(name)} speaks \`${offered}\`, and the endpoint behind edge ${target} speaks \`${expected}\``,
        index,
      );
    }
  },
};

function protocolAt({ manifestProgram }: Interposer, endpoint: string | null): Protocol | undefined {
  const found = manifestProgram?.endpoints.find(({ name }) => name.source === endpoint);
  return found?.protocol.source as Protocol | undefined;
}
