import type { Sources } from '../../base/text.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { DocumentStore } from './document-store.ts';
import type { StoreContext } from './store-context.ts';

export interface ResolveContext extends Omit<StoreContext, 'baseDir'> {
  /** Documents that earlier compiles read; else everything is read anew. */
  readonly store?: DocumentStore | undefined;
  readonly sink: Sink;
  /** A `Map` that every text is added to as soon as it is met: diagnostics show them also when there is no tree. */
  readonly sources?: Sources;
}
