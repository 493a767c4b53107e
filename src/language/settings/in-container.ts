/** Where the settings ask for files to be replaced in a container, which has each as it was when it started. */
import { own } from '../../base/json.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Graph } from '../../ir/graph.ts';
import type { ComponentSettings, Mention } from '../../ir/runtime-settings.ts';

type Components = Readonly<Record<string, ComponentSettings>>;

/** Told when each of the scenarios that have the component runs it in a container. */
export function replacedInContainer(
  mention: Mention,
  components: Components,
  graphs: readonly Graph[],
): Diagnostic | undefined {
  if (mention.what !== 'mounted config') return undefined;
  const { of, name, at } = mention;
  const found = graphs.flatMap((graph) => graph.components.filter(({ moniker }) => moniker === of));
  const isContainer = found.length > 0 && found.every(({ program }) => runsInContainer(program, own(components, of)));
  return isContainer ? D.rotationInContainer({ path: name, moniker: of }, { at }) : undefined;
}

/** As a run places it: an image goes to the engine unless the settings say otherwise. */
function runsInContainer(
  program: Graph['components'][number]['program'],
  settings: ComponentSettings | undefined,
): boolean {
  if (!program) return false;
  const said = settings?.environment;
  return said === undefined ? 'image' in program : said === 'docker';
}
