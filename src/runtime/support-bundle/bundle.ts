/**
 * A support bundle: pieces are collected and cleaned, packed, read back by somebody else, and searched for everything that must not be in
 * there. Only bytes that came through all of it are handed out.
 */
import { createHash } from 'node:crypto';
import { homeOf } from '../../adapters/files/home.ts';
import { withoutCoreDumps } from '../../adapters/sandbox/no-core-dumps.ts';
import { type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { compareText, sortedBy } from '../../base/order.ts';
import { version } from '../../base/version.ts';
import type { Blocked } from '../../ir/blocked.ts';
import {
  bundleExclusions,
  bundleKind,
  bundleOperation,
  bundleVersion,
  unverifiedKind,
} from '../../language/contract/vocabulary.ts';
import { fits } from '../../language/generated/bundle.js';
import type { SecretsByRight } from '../../ports/secrets.ts';
import { runUrn } from '../contract/urns.ts';
import { createRedactor } from '../redactor/redactor.ts';
import { type ArchiveFile, archiveOf } from './archive.ts';
import { type Cleaner, createCleaner } from './clean.ts';
import { boundedLines } from './journal-piece.ts';
import { type KnownSecrets, knownSecrets, type Unsearched } from './known.ts';
import { type Piece, type Pieces, piecesOf } from './pieces.ts';
import { readme } from './readme.ts';
import { bundleLeaks, bundleUnverified } from './refusals.ts';
import { type Hit, searchBundle } from './search.ts';
import { unpack } from './unpack.ts';

export interface BundleOptions {
  readonly id: string;
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The root config that the run was given, as far as it came from a file. */
  readonly configFile?: JsonObject;
  readonly withLogs: boolean;
  /** Also where a secret of the run could not be searched for. */
  readonly allowUnverified: boolean;
  /** Vaults that are asked over the network are not. */
  readonly offline: boolean;
  readonly canaries: readonly string[];
  /** In the place of the vaults of the plan. */
  readonly secrets?: SecretsByRight;
}

export interface Bundle {
  readonly bytes: Buffer;
  readonly manifest: JsonObject;
}

/** Bounded in what it holds: each piece is. */
const mostUnpacked = 256 * 1024 * 1024;

export async function supportBundle(options: BundleOptions): Promise<Bundle | { readonly blocked: Blocked }> {
  await withoutCoreDumps();
  const { id, env } = options;
  const pieces = piecesOf(options);
  const known = await knownOf(pieces, options);
  const unsearched = [...unknowable(pieces), ...known.unsearched];
  if (unsearched.length > 0 && !options.allowUnverified) return { blocked: bundleUnverified(id, unsearched) };
  const cleaner = createCleaner({
    redactor: createRedactor(known.wanted.map(({ value }) => value)),
    home: homeOf(env),
  });
  const files = [...pieces.pieces].map((piece) => rendered(piece, cleaner));
  const told = manifestOf(options, pieces, known, unsearched, files);
  const isVerified = told['kind'] === bundleKind;
  const manifest = cleaner.json(told) as JsonObject;
  const folder = `headgate-support-${id}`;
  const named = [
    { name: 'README.txt', bytes: Buffer.from(cleaner.text(readme(id, isVerified))) },
    { name: 'manifest.json', bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
    ...sortedBy(files, ({ name }) => name),
  ].map(({ name, bytes }): ArchiveFile => ({ name: `${folder}/${name}`, bytes }));
  const bytes = archiveOf(named);
  const hits = hitsIn(bytes, named, known, options.canaries);
  // A value that is a word of the form itself cannot be kept out of it.
  if (hits.length === 0 && isVerified && !fits(manifest))
    hits.push({ piece: 'manifest.json', found: ['a value that is one of its own words'] });
  return hits.length > 0 ? { blocked: bundleLeaks(id, hits) } : { bytes, manifest };
}

async function knownOf(pieces: Pieces, options: BundleOptions): Promise<KnownSecrets> {
  const { env, stateDir, configFile, offline } = options;
  const { plan, sourceFolder, documents } = pieces;
  const vaults = plan?.runtime?.vaults ?? {};
  let opened: SecretsByRight | undefined;
  const open = async (): Promise<SecretsByRight> => {
    if (options.secrets) return options.secrets;
    const { openSecrets } = await import('../secrets/open.ts');
    opened ??= openSecrets({
      vaults,
      place: { folder: sourceFolder ?? '/', home: homeOf(env), env, now: Date.now },
      stateDir,
    });
    return opened;
  };
  try {
    return await knownSecrets({
      plan,
      documents,
      env,
      ...(configFile ? { configFile } : {}),
      secrets: open,
      refusal: (vault) => {
        if (!plan) return 'the plan, which says where its vault is, cannot be trusted';
        const isRemote = own(vaults, vault) !== undefined && own(vaults, vault)?.provider !== 'local_encrypted';
        return offline && isRemote
          ? `vault \`${vault}\` is asked over the network, and --offline was given`
          : undefined;
      },
    });
  } finally {
    await opened?.close();
  }
}

/** Where this cannot be read, nobody knows what there was to be searched for. */
function unknowable({ plan, journal }: Pieces): readonly Unsearched[] {
  const of = (piece: string, reason: string): Unsearched => ({ piece, reason });
  return [
    ...(plan ? [] : [of('the plan', 'it cannot be trusted, so that it is not known which config is secret')]),
    ...(journal.entries
      ? []
      : [of('the journal', 'it cannot be trusted, so that it is not known which secrets were bound')]),
  ];
}

interface Rendered extends ArchiveFile {
  readonly about: string;
  readonly isCut: boolean;
}

function rendered({ name, about, content, isCut }: Piece, { text, json }: Cleaner): Rendered {
  const made = (body: string, cut = isCut): Rendered => ({ name, about, bytes: Buffer.from(body), isCut: cut });
  if ('json' in content) return made(`${JSON.stringify(json(content.json), null, 2)}\n`);
  if ('text' in content) return made(text(content.text));
  const { first, last, leftOut } = boundedLines(content.lines);
  const lines = [...first, ...(leftOut > 0 ? [{ leftOut }] : []), ...last].map(
    (line) => `${JSON.stringify(json(line))}\n`,
  );
  return made(lines.join(''), leftOut > 0);
}

/** The constants are `false` where that was found to be so, and `null` where nobody could find out. */
function manifestOf(
  { id, withLogs, canaries }: BundleOptions,
  { plan, journal, missing }: Pieces,
  known: KnownSecrets,
  unsearched: readonly Unsearched[],
  files: readonly Rendered[],
): JsonObject {
  const isSearched = unsearched.length === 0;
  const constants = Object.fromEntries(
    bundleExclusions.map((name) => {
      const holds = name === 'sensitivePromptsIncluded' ? !withLogs : isSearched;
      return [name, holds ? false : null];
    }),
  );
  const manifest = {
    specVersion: bundleVersion,
    id: `urn:headgate:support-bundle:${id}`,
    kind: isSearched && !withLogs ? bundleKind : unverifiedKind,
    operationType: bundleOperation,
    source: runUrn(id),
    plan: plan?.planDigest ?? null,
    headgate: version,
    ...constants,
    journal: journal.facts,
    searched: {
      secrets: known.wanted.length,
      canaries: canaries.length,
      names: [...new Set(known.wanted.map(({ name }) => name))].sort(compareText),
      skipped: known.skipped,
    },
    // In a bundle that is what it promises to be there are none.
    ...(isSearched ? {} : { unsearched }),
    files: sortedBy([...files], ({ name }) => name).map(({ name, bytes, about, isCut }) => ({
      name,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      about,
      cut: isCut,
    })),
    missing,
  };
  return manifest as unknown as Record<string, JsonValue>;
}

/** What was packed is what is read back, byte by byte, and holds nothing that is looked for. */
function hitsIn(
  bytes: Buffer,
  packed: readonly ArchiveFile[],
  known: KnownSecrets,
  canaries: readonly string[],
): Hit[] {
  const read = unpack(bytes, mostUnpacked);
  if (typeof read === 'string') return [{ piece: 'the archive', found: [`a fault: ${read}`] }];
  const differs = packed.filter((file) => read.files.get(file.name)?.equals(file.bytes) !== true);
  if (differs.length > 0 || read.files.size !== packed.length)
    return [{ piece: 'the archive', found: ['something other than what was packed'] }];
  const given = canaries.map((value, index) => ({ name: `canary ${index + 1}`, value }));
  return [...searchBundle(read, [...known.wanted, ...given])];
}
