import { describe, expect, it } from 'vitest';
import { wantedImage } from '../../../../src/plan/wiring/suggested-image.ts';

const wanted = (path: string, args: readonly string[] = [], firstLine?: string) =>
  wantedImage({ path, args }, firstLine);
const python3 = { needs: 'python3', image: 'python:3.11-slim' };
const python = { needs: 'python', image: 'python:3.11-slim' };
const node = { needs: 'node', image: 'node:20-slim' };

describe('the image of a program that is a path', () => {
  it.each([
    ['python3', [], python3],
    ['python', [], python],
    ['python3.12', [], { needs: 'python3.12', image: 'python:3.12-slim' }],
    ['./job.py', [], python],
    ['nodejs', [], { needs: 'nodejs', image: 'node:20-slim' }],
    ['/usr/local/bin/python', [], { needs: '/usr/local/bin/python', image: 'python:3.11-slim' }],
    ['node', ['server.js'], node],
    ['/usr/bin/env', ['node', 'x.py'], node],
    ['/usr/bin/env', ['-i', 'A=b', 'ruby'], { needs: 'ruby', image: 'ruby:3.3-slim' }],
    ['env', ['-S', 'python3', '-u'], python3],
    ['./job.sh', [], { needs: 'sh', image: 'busybox:1.36' }],
    ['./bin/server.mjs', [], node],
    ['/bin/sh', ['-c', 'x'], { needs: '/bin/sh', image: 'busybox:1.36' }],
  ] as const)('is known of %s %j', (path, args, found) => {
    expect(wanted(path, args)).toEqual(found);
  });

  it.each([
    ['/opt/acme/tool', [], '/opt/acme/tool'],
    ['/opt/acme/node', [], '/opt/acme/node'],
    ['/usr/bin/python3', [], '/usr/bin/python3'],
    ['lua', ['x.lua'], 'lua'],
    ['python2', [], 'python2'],
    ['/usr/bin/env', ['lua'], 'lua'],
    ['/usr/bin/env', [], '/usr/bin/env'],
    ['./tool', [], './tool'],
    ['./constructor', [], './constructor'],
    ['constructor', [], 'constructor'],
    ['./x.constructor', [], './x.constructor'],
  ] as const)('has what %s %j needs, where nobody knows which', (path, args, needs) => {
    expect(wanted(path, args)).toEqual({ needs });
  });

  it.each([
    ['#!/usr/bin/env python3', python3],
    ['#! /usr/bin/node --flag', { needs: '/usr/bin/node' }],
    ['#!/bin/bash -e', { needs: '/bin/bash', image: 'debian:12-slim' }],
    ['#!/usr/bin/env -S node --flag', node],
    ['#!/usr/local/bin/lua', { needs: '/usr/local/bin/lua' }],
    ['print("hello")', { needs: './tool' }],
    ['#!', { needs: './tool' }],
  ])('is that of its first line %s', (line, found) => {
    expect(wanted('./tool', [], line)).toEqual(found);
  });

  it('is that of the first line before that of the name, and of no other file', () => {
    expect(wanted('./tool.sh', [], '#!/usr/bin/env python3')).toEqual(python3);
    expect(wanted('node', [], '#!/usr/bin/env python3')).toEqual(node);
  });
});
