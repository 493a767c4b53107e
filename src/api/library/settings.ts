/** `headgate.yaml` for programs: found, read, and handed to `check` and `compile`. */
import type { Sources, SourceText } from '../../base/text.ts';
import { fileDigests } from '../../compile/file-digests.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createSink } from '../../diagnostics/sink.ts';
import type { DelegationFile } from '../../ir/runtime-settings.ts';
import { delegationBounds } from '../../language/delegation/bounds.ts';
import { readSettings as readSections, type Settings } from '../../language/settings/index.ts';
import { maxManifestBytes } from '../../language/syntax/limits.ts';
import { displayName, normalUrl, sidecarUrl } from '../../language/urls.ts';
import { createParser, prepareParser } from '../../phases/1-parse/index.ts';
import type { Loader } from '../../ports/loader.ts';

export interface ReadSettingsOptions {
  /** Absolute URL of the settings file. */
  readonly url: string;
  /** URL of the folder that display names are relative to, as given to `compile`; ends with `/`. */
  readonly baseDir: string;
  readonly loader: Loader;
}

/** A settings file that was read, whether that succeeded or not. */
export interface SettingsFile {
  readonly url: string;
  /** Absent after an error. */
  readonly settings?: Settings;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

/** Never throws for anything that the file says. */
export async function readSettings({ url, baseDir, loader }: ReadSettingsOptions): Promise<SettingsFile> {
  const sink = createSink();
  const sources = new Map<string, SourceText>();
  const { diagnostics } = sink;
  if (!URL.canParse(url)) {
    sink.report(D.notLoaded({ path: url, reason: 'it is not a URL' }, {}));
    return { url, diagnostics, sources };
  }
  const file = displayName(url, baseDir);
  const loaded = await loader.load(normalUrl(new URL(url)), { maxBytes: maxManifestBytes });
  if (!loaded.ok) {
    const { message: reason, help } = loaded.failure;
    sink.report(D.notLoaded({ path: file, reason }, { help }));
    return { url, diagnostics, sources };
  }
  const source = createParser().text(file, loaded.value.bytes, sink);
  if (!source) return { url, diagnostics, sources };
  sources.set(file, source);
  await prepareParser(file);
  const read = readSections(source, sink);
  const settings = read && (await withFiles(read, baseDir, loader));
  return { url, ...(settings && !sink.hasErrors ? { settings } : {}), diagnostics, sources };
}

/** Probes read files, whose bytes count; they are named as the settings file is. */
async function withFiles(settings: Settings, baseDir: string, loader: Loader): Promise<Settings> {
  const { running } = settings;
  const digestOf = fileDigests(loader);
  const files = await Promise.all(
    running.files.map(async (one) => {
      const url = sidecarUrl(one.name, baseDir);
      return { ...one, digest: url === undefined ? null : ((await digestOf(url)) ?? null) };
    }),
  );
  const { delegation } = running;
  if (files.length === 0 && !delegation) return settings;
  const read = delegation && (await withBytes(delegation, baseDir, loader));
  return { ...settings, running: { ...running, files, ...(read ? { delegation: read } : {}) } };
}

async function withBytes(file: DelegationFile, baseDir: string, loader: Loader): Promise<DelegationFile> {
  const url = sidecarUrl(file.name, baseDir);
  if (url === undefined) return { ...file, bytes: null, fault: 'its name is no path' };
  const loaded = await loader.load(url, { maxBytes: delegationBounds.bytes });
  return loaded.ok ? { ...file, bytes: loaded.value.bytes } : { ...file, bytes: null, fault: loaded.failure.message };
}
