import { bundle } from './bundle/bundle.ts';
import type { CompileEmitter } from './emitter.ts';
import { ir } from './ir.ts';
import { lock } from './lock.ts';

/** Every output that is made of a whole compile, by kind. */
export const compileEmitters = { bundle, ir, lock } satisfies Readonly<Record<string, CompileEmitter>>;
