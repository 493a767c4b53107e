/**
 * The plan as objects of Kubernetes, a file a kind, for `kubectl apply -k`. Nobody may talk to anybody but along the edges of the plan, which two
 * rules each let through. What comes out is read back and held against the plan before anybody gets it.
 */
import { invariant } from '../../../../base/invariant.ts';
import type { JsonValue } from '../../../../base/json.ts';
import { checkKubernetes } from '../../../../plan/targets/kubernetes/check.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import type { Files } from '../../output.ts';
import { tellKeptByRun } from '../containers/kept-by-run.ts';
import { openPlan } from '../containers/open.ts';
import { readComponent } from '../containers/read.ts';
import { telling } from '../containers/tell.ts';
import { toldFaults } from '../containers/told-faults.ts';
import { isBaked, knownValue, type Read } from '../containers/values.ts';
import { type YamlObject, type YamlWriter, yamlWriter } from '../containers/yaml.ts';
import type { PlanEmitter, PlanInput, Report } from '../emitter.ts';
import { canaryOf } from './canary.ts';
import { doorsOf } from './doors.ts';
import { checkCluster } from './fit.ts';
import { configExample, exampleOf, generatorsOf, isOneLine, type Wanted } from './inputs.ts';
import { managed } from './labels.ts';
import { type Layout, layOut, lookUps } from './layout.ts';
import { tellNotHeld } from './not-held.ts';
import { policiesOf } from './policies.ts';
import { pruneFile, pruneScript } from './prune.ts';
import { accountOf } from './service-account.ts';
import { servicesOf } from './services.ts';
import { pagesOf } from './smoke.ts';
import { claimsOf } from './storage.ts';
import { words } from './words.ts';
import { type Workload, workloadOf } from './workload.ts';

/** A file each, in the order in which they are applied: who may talk to whom is known before anybody is there. */
const kinds = [
  'networkpolicies',
  'serviceaccounts',
  'configmaps',
  'persistentvolumeclaims',
  'services',
  'deployments',
  'poddisruptionbudgets',
  'jobs',
] as const;

export const kubernetes: PlanEmitter = {
  kind: 'kubernetes',
  shape: 'folder',
  holds: [...kinds.map((kind) => `${kind}.yaml`), 'kustomization.yaml', configExample, pruneFile, 'images/'],
  readable: true,
  emit: (input, report) => {
    const files = kubernetesFiles(input, report);
    const faults = files.size === 0 ? [] : checkKubernetes(files, input.plan);
    invariant(faults.length === 0, `what was made for Kubernetes is not what the plan says: ${toldFaults(faults)}`);
    return files;
  },
};

const nothing: Files = new Map();

function kubernetesFiles(input: PlanInput, report: Report): Files {
  const { plan } = input;
  const tell = telling(input, report);
  const opened = openPlan(plan, tell, words);
  if (!opened) return nothing;
  const fits = checkCluster(opened.wiring.components, plan, tell);
  if (!opened.fits || !fits) return nothing;
  const layout = layOut(plan, opened.wiring);
  if (layout.components.length === 0) tell.of('/', (at) => words.empty({}, at));
  tellNotHeld(layout, tell);
  const write = yamlWriter();
  tellKeptByRun(
    layout.components.map(({ moniker }) => moniker),
    plan,
    tell,
    words,
  );
  const asking = lookUps(layout);
  const pages = pagesOf(plan);
  const built = layout.components.map((component): Built | undefined => {
    const addressOf = ({ key }: { readonly key: string }): string => layout.addresses.get(key) as string;
    const read = readComponent(component, addressOf, tell, words, isFixed);
    const workload = read && workloadOf({ component, read, layout, lookUps: asking, pages }, tell);
    return workload && { component, read, ...written(workload, write) };
  });
  const made = built.flatMap((one) => one ?? []);
  return made.length === built.length ? filesOf(layout, made, write) : nothing;
}

/** What nobody could give in a line of its own. */
const isFixed = (value: JsonValue | undefined): boolean => value !== undefined && (isBaked(value) || !isOneLine(value));

interface Built extends Omit<Workload, 'objects'> {
  readonly component: WiredComponent;
  readonly read: Read;
  readonly texts: { readonly [name in keyof Workload['objects']]: string };
}

/** At once: thousands of workloads are not kept as objects as well. */
function written(
  { objects: { workload, map, budget }, ...rest }: Workload,
  write: YamlWriter,
): Omit<Built, 'component' | 'read'> {
  return {
    ...rest,
    texts: {
      workload: write(workload),
      ...(map && { map: write(map) }),
      ...(budget && { budget: write(budget) }),
    },
  };
}

function filesOf(layout: Layout, made: readonly Built[], write: YamlWriter): Files {
  const doors = doorsOf(layout);
  const canary = layout.components.length === 0 ? undefined : canaryOf(layout);
  const tasks = made.filter(({ isTask }) => isTask);
  const services = made.filter(({ isTask }) => !isTask);
  const objects: Readonly<Record<(typeof kinds)[number], readonly string[]>> = {
    networkpolicies: textsOf(policiesOf(layout), write),
    serviceaccounts: canary ? [write(accountOf(layout))] : [],
    configmaps: [
      ...made.flatMap(({ texts }) => texts.map ?? []),
      ...textsOf(
        doors.map(({ map }) => map),
        write,
      ),
    ],
    persistentvolumeclaims: textsOf(claimsOf(layout), write),
    services: textsOf(servicesOf(layout), write),
    deployments: [
      ...services.map(({ texts }) => texts.workload),
      ...textsOf(
        doors.map(({ deployment }) => deployment),
        write,
      ),
      ...(canary ? [write(canary.server)] : []),
    ],
    poddisruptionbudgets: made.flatMap(({ texts }) => texts.budget ?? []),
    jobs: [...tasks.map(({ texts }) => texts.workload), ...(canary ? [write(canary.job)] : [])],
  };
  const files = kinds.flatMap((kind): readonly (readonly [string, string])[] =>
    objects[kind].length === 0 ? [] : [[`${kind}.yaml`, `# Written by headgate.\n${objects[kind].join('---\n')}`]],
  );
  const wanted = wantedOf(made);
  const example = exampleOf(wanted, layout);
  const kustomization: YamlObject = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files.map(([name]) => name),
    generatorOptions: { labels: managed },
    ...generatorsOf(wanted, layout),
  };
  return new Map<string, string>([
    ['kustomization.yaml', `${head}${write(kustomization)}`],
    ...files,
    ...(example === undefined ? [] : [[configExample, example] as const]),
    [pruneFile, pruneScript],
    ...made.flatMap((one) => one.files),
  ]);
}

const head =
  '# Written by headgate. What is to be changed by hand belongs into a kustomization of yours that names this one.\n';

/** One after the other, so that those that are made on the way are not all there at a time. */
function textsOf(objects: Iterable<YamlObject>, write: YamlWriter): readonly string[] {
  const texts: string[] = [];
  for (const object of objects) texts.push(write(object));
  return texts;
}

/** Root config that somebody is given, by path. */
function wantedOf(made: readonly Built[]): readonly Wanted[] {
  const seen = new Map<string, Wanted>();
  for (const { component, read, isTask, leaves } of made)
    for (const leaf of leaves) {
      const before = seen.get(leaf.path);
      seen.set(leaf.path, {
        leaf,
        known: knownValue(component, leaf),
        optional: read.presence.get(leaf.path) !== 'required' && before?.optional !== false,
        byTask: isTask || before?.byTask === true,
        byOthers: !isTask || before?.byOthers === true,
      });
    }
  return [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
