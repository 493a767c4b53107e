/** Commands about signed plans. */
import type { CommandGroup } from '../definition.ts';
import { attestKeygen } from './attest/keygen.ts';
import { attestSign } from './attest/sign.ts';
import { attestVerify } from './attest/verify.ts';

export const attest: CommandGroup = {
  name: 'attest',
  summary: 'sign a plan, or verify a signed one; `attest SCENARIO|PLAN …` signs',
  commands: [attestSign, attestVerify, attestKeygen],
  usual: 'sign',
};
