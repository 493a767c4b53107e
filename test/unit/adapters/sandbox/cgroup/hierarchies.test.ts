/** Where control groups are, read from texts that kernels of several machines gave. */
import { describe, expect, it } from 'vitest';
import { hierarchiesFrom } from '../../../../../src/adapters/sandbox/cgroup/hierarchies.ts';

const found = (mountinfo: string, cgroup: string) => {
  const { v1, v2 } = hierarchiesFrom(mountinfo, cgroup);
  return { v1: Object.fromEntries(v1), v2 };
};

describe('a machine', () => {
  it('of version 2, in the session of an ordinary user', () => {
    expect(
      found(
        '31 24 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n',
        '0::/user.slice/user-1000.slice/session-3.scope\n',
      ),
    ).toEqual({
      v1: {},
      v2: { mount: '/sys/fs/cgroup', own: '/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope' },
    });
  });

  it('of version 1, with controllers that share a hierarchy, and version 2 beside it', () => {
    const mountinfo = [
      '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
      '33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct',
      '39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids',
      '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
    ].join('\n');
    const cgroup = '8:pids:/\n4:memory:/jobs/one\n2:cpu,cpuacct:/\n1:name=systemd:/\n0::/\n';
    expect(found(mountinfo, cgroup)).toEqual({
      v1: {
        memory: '/sys/fs/cgroup/memory/jobs/one',
        pids: '/sys/fs/cgroup/pids',
        cpu: '/sys/fs/cgroup/cpu,cpuacct',
        cpuacct: '/sys/fs/cgroup/cpu,cpuacct',
      },
      v2: { mount: '/sys/fs/cgroup/unified', own: '/sys/fs/cgroup/unified' },
    });
  });

  it('in a container that is shown its own group as the root', () => {
    const mountinfo = '50 49 0:32 /docker/abc /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory';
    expect(found(mountinfo, '4:memory:/docker/abc\n').v1).toEqual({ memory: '/sys/fs/cgroup/memory' });
    expect(found(mountinfo, '4:memory:/docker/abc/inner\n').v1).toEqual({ memory: '/sys/fs/cgroup/memory/inner' });
  });

  it('whose group is outside of what the mount shows, or of which nothing is told', () => {
    const mountinfo = '50 49 0:32 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory';
    expect(found(mountinfo, '4:memory:/docker/abcdef\n').v1).toEqual({});
    expect(found('', '')).toEqual({ v1: {}, v2: undefined });
    expect(found('no mount\n- cgroup', 'x:y\n:::')).toEqual({ v1: {}, v2: undefined });
  });

  it('whose mount has a space in its name', () => {
    const mountinfo = '50 49 0:32 / /odd\\040place/memory rw - cgroup cgroup rw,memory';
    expect(found(mountinfo, '4:memory:/a\n').v1).toEqual({ memory: '/odd place/memory/a' });
  });
});
