/** A program that is to be there: its effect is had when its ports are open, and lives on until `process.stop`. */
import { performStart } from './component/perform-start.ts';
import type { Handler } from './handler.ts';

export const processStart: Handler = {
  replay: 'check',
  undo: 'process.stop',
  // On this machine it has ended together with the headgate that started it.
  reconcile: async () => ({ state: 'cancelled' }),
  perform: performStart,
};
