import { expect, it } from 'vitest';
import { timestampOf } from '../../../src/base/timestamp.ts';

it.each([
  ['2030-01-31T18:00:00Z', Date.UTC(2030, 0, 31, 18)],
  ['2030-01-31t18:00:00z', Date.UTC(2030, 0, 31, 18)],
  ['2030-01-31T18:00:00.5+02:00', Date.UTC(2030, 0, 31, 16, 0, 0, 500)],
  ['2028-02-29T00:00:00-00:30', Date.UTC(2028, 1, 29, 0, 30)],
])('%s is a point in time', (text, at) => {
  expect(timestampOf(text)).toBe(at);
});

it.each([
  '2030-01-31',
  '2030-01-31T18:00:00',
  '2030-01-31 18:00:00Z',
  '2030-02-29T00:00:00Z',
  '2100-02-29T00:00:00Z',
  '2030-04-31T00:00:00Z',
  '2030-13-01T00:00:00Z',
  '2030-01-00T00:00:00Z',
  '2030-01-01T24:00:00Z',
  '2030-01-01T00:60:00Z',
  '2030-01-01T00:00:60Z',
  '2030-01-01T00:00:00+24:00',
  'tomorrow',
  '',
])('%s is none', (text) => {
  expect(timestampOf(text)).toBeUndefined();
});
