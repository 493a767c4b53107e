import { describe, expect, it } from 'vitest';
import { agentUser, whoRuns } from '../../../../../src/runtime/environments/docker/who.ts';

const [root, me] = [
  { uid: 0, gid: 0 },
  { uid: 1000, gid: 100 },
];

describe('as whom a program in a container runs', () => {
  it.each([
    ['', me, false, { user: '1000:100', isOwner: true }],
    ['', root, false, { isOwner: true }],
    ['', me, true, { isOwner: true }],
    ['app', me, false, { isOwner: false }],
    ['1000:5', me, false, { isOwner: true }],
    ['1000', root, false, { isOwner: false }],
    ['0', me, false, { isOwner: false }],
    ['root:root', root, false, { isOwner: true }],
    ['0:0', me, true, { isOwner: true }],
    ['1000', me, true, { isOwner: false }],
  ])('an image with user `%s` of %j, rootless %s', (user, ids, rootless, who) => {
    expect(whoRuns({ user }, ids, rootless)).toEqual(who);
  });

  it('agents are whom the sockets belong to, as a container sees them', () => {
    expect([agentUser(me, false), agentUser(me, true)]).toEqual(['1000:100', '0:0']);
  });
});
