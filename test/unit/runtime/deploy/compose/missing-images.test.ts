import { expect, it } from 'vitest';
import { imagesIn, missingImages } from '../../../../../src/runtime/deploy/compose/missing-images.ts';

const files = new Map([
  [
    'compose.yaml',
    `services:
  gate:
    image: "\${HEADGATE_GATE_IMAGE:-haproxy:2.8}"
  a:
    image: "acme/\${TAG-one}$$"
    labels:
      headgate.dev/moniker: "/a$$"
  b:
    image: "\${TAG:?is needed}"
    labels:
      headgate.dev/moniker: "/b"
`,
  ],
]);
const said = (code: number, stderr = '') => Promise.resolve({ code, stdout: '', stderr });

it('reads images as Compose does', () => {
  expect(imagesIn(files, { HEADGATE_GATE_IMAGE: '', TAG: '' }).map(({ image }) => image)).toEqual([
    'haproxy:2.8',
    'acme/$',
    '',
  ]);
  expect(imagesIn(files, { HEADGATE_GATE_IMAGE: 'own:1', TAG: 'x' })).toEqual([
    { image: 'own:1', by: 'gate' },
    { image: 'acme/x$', by: '/a$' },
    { image: 'x', by: '/b' },
  ]);
  expect(imagesIn(files, {}).map(({ image }) => image)).toEqual(['haproxy:2.8', 'acme/one$', '']);
});

it('names what is missing once, with whom it is for', async () => {
  const used = ['/a', '/b'].map((by) => ({ image: 'none:1', by }));
  const asked: string[] = [];
  const docker = (args: readonly string[]) => {
    asked.push(args.join(' '));
    return said(args.includes('none:1') ? 1 : 0, 'Error: No such image: none:1');
  };
  expect(await missingImages([...used, { image: 'some:1', by: '/c' }], docker)).toBe(
    '/a, /b: image none:1 is not there, and could not be fetched',
  );
  expect(asked).toHaveLength(2);
});

it('says nothing of an engine that does not answer', async () => {
  expect(await missingImages([{ image: 'a', by: '/a' }], () => said(1, 'Cannot connect'))).toBeUndefined();
});
