/** What somebody reads first who is sent a bundle. */

export const readme = (id: string, isVerified: boolean): string => `Support bundle of headgate, about run ${id}

manifest.json   what is in here, what is missing and why, and what the bundle was searched for
versions.json   of headgate, of the system, and of what headgate starts
plan.json       the plan: components, edges, settings; no arguments, no config, no values of variables
options.json    how the run was begun
journal.ndjson  its journal, an entry a line, without what programs and people said. Hashes are those of
                the journal itself, so that they do not fit what is left of the entries here
health.json     how the run stands, what is blocked and why; disks, memory, open files
sandboxes.json  what was measured of its sandboxes
evidence.json   digests of its evidence, no bytes of it
folder.json     names and sizes of the files in the folder of the run
environment.json  names of variables
logs/           the end of what each component said, where that was asked for

"[secret]" stands in the place of a secret, "[left out: ...]" in the place of what may hold anything, and "~"
in the place of the home folder.

${
  isVerified
    ? `After it was packed, the bundle was unpacked again and searched for every secret of the run, in all usual
encodings. None was found, or it would not be here.`
    : `This bundle is NOT verified: see the fields of manifest.json that are null, and "unsearched" there. Look through
it before you hand it on.`
}
`;
