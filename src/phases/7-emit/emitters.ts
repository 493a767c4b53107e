import { bundle } from './bundle/bundle.ts';
import type { Emitter } from './emitter.ts';
import { ir } from './ir.ts';
import { lock } from './lock.ts';
import { plan } from './plan.ts';

/** Every `--emit` kind, by name. */
export const emitters: Readonly<Record<string, Emitter>> = { bundle, ir, lock, plan };
