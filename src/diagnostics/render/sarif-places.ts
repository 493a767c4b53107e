/** Where things are, as SARIF says it: files by URI and by index, lines and columns from 1. */
import type { Location, Range } from '../../base/span.ts';
import { positionRange, type Sources } from '../../base/text.ts';
import { artifactUri } from './artifact-uri.ts';

interface ArtifactLocation {
  readonly uri: string;
  readonly uriBaseId?: string;
  readonly index: number;
}

export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  /** Of the first character behind. */
  readonly endColumn: number;
}

export interface PhysicalLocation {
  readonly artifactLocation: ArtifactLocation;
  readonly region: Region;
}

export interface Places {
  /** The beginning of the file where there is no text of it. */
  physical(at: Location): PhysicalLocation;
  file(name: string): ArtifactLocation;
  /** Undefined for a file without a text. */
  region(file: string, range: Range): Region | undefined;
  /** All files named so far, by index. */
  artifacts(): readonly { readonly location: ArtifactLocation }[];
}

/** The folder in which headgate was started, as the base of relative URIs. */
const BASE_ID = 'SRCROOT';
const beginning: Region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };

export function createPlaces(sources: Sources): Places {
  const files = new Map<string, ArtifactLocation>();
  const file = (name: string): ArtifactLocation => {
    const known = files.get(name);
    if (known) return known;
    const { uri, relative } = artifactUri(name);
    const location = { uri, ...(relative ? { uriBaseId: BASE_ID } : {}), index: files.size };
    files.set(name, location);
    return location;
  };
  const region = (name: string, range: Range): Region | undefined => {
    const source = sources.get(name);
    if (!source) return undefined;
    const { start, end } = positionRange(source, range);
    return {
      startLine: start.line + 1,
      startColumn: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    };
  };
  return {
    physical: (at) => ({ artifactLocation: file(at.file), region: region(at.file, at.range) ?? beginning }),
    file,
    region,
    artifacts: () => [...files.values()].map((location) => ({ location })),
  };
}
