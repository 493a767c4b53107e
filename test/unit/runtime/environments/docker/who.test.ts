import { describe, expect, it } from 'vitest';
import { agentUser, whoRuns } from '../../../../../src/runtime/environments/docker/who.ts';

const [root, me] = [
  { uid: 0, gid: 0 },
  { uid: 1000, gid: 100 },
];

describe('as whom a program in a container runs', () => {
  it.each([
    ['', undefined, me, false, { user: '1000:100', uid: 1000, isOwner: true }],
    ['', undefined, root, false, { isOwner: true }],
    ['', undefined, me, true, { isOwner: true }],
    ['app', 77, me, false, { uid: 77, isOwner: false }],
    ['app', undefined, me, false, { isOwner: false }],
    ['me', 1000, me, false, { uid: 1000, isOwner: true }],
    ['1000:5', 1000, root, false, { uid: 1000, isOwner: false }],
    ['0', 0, me, false, { isOwner: false }],
    ['root:root', 0, root, false, { isOwner: true }],
    ['0:0', 0, me, true, { isOwner: true }],
    ['1000', 1000, me, true, { uid: 1000, isOwner: false }],
  ])('an image with user `%s`, %s, of %j, rootless %s', (user, uid, ids, rootless, who) => {
    expect(whoRuns({ user, uid }, ids, rootless)).toEqual(who);
  });

  it('agents are whom the sockets belong to, as a container sees them', () => {
    expect([agentUser(me, false), agentUser(me, true)]).toEqual(['1000:100', '0:0']);
  });
});
