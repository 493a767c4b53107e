/** Commands for people who write policies. */
import type { CommandGroup } from '../definition.ts';
import { policyInit } from './policy/init.ts';
import { policyRecord } from './policy/record.ts';
import { policyServe } from './policy/serve.ts';
import { policyTest } from './policy/test.ts';
import { policyTorture } from './policy/torture.ts';

export const policy: CommandGroup = {
  name: 'policy',
  summary: 'write, test and run policies',
  commands: [policyRecord, policyInit, policyServe, policyTest, policyTorture],
};
