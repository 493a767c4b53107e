// Writes an OCI layout as one tar, with a layer for each folder: what `ctr images import` reads, and no registry is asked.
//   node oci-image.mjs NAME OUT CONFIG FOLDER…      CONFIG: JSON, as the `config` of an OCI image: Entrypoint, Env, User
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [name, out, config, ...folders] = process.argv.slice(2);
if (folders.length === 0) {
  console.error('usage: oci-image.mjs NAME OUT CONFIG FOLDER…');
  process.exit(2);
}

function tar(from, to) {
  const flags = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--format=pax'];
  const pax = '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime';
  const { status, stderr } = spawnSync('tar', [...flags, pax, '-C', from, '-cf', to, '.'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar of ${from}: ${stderr}`);
}

async function digestOf(path) {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part);
  return hash.digest('hex');
}

const layout = mkdtempSync(join(dirname(out), '.oci-'));
try {
  const blobs = join(layout, 'layout/blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const put = (text) => {
    const digest = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(blobs, digest), text);
    return { digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
  };
  const media = 'application/vnd.oci.image';
  const layers = [];
  for (const folder of folders) {
    const layer = join(layout, 'layer.tar');
    tar(folder, layer);
    const digest = await digestOf(layer);
    layers.push({ mediaType: `${media}.layer.v1.tar`, digest: `sha256:${digest}`, size: statSync(layer).size });
    renameSync(layer, join(blobs, digest));
  }
  const image = put(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: JSON.parse(config),
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    }),
  );
  const manifest = put(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${media}.manifest.v1+json`,
      config: { mediaType: `${media}.config.v1+json`, ...image },
      layers,
    }),
  );
  const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name };
  const index = { schemaVersion: 2, manifests: [{ mediaType: `${media}.manifest.v1+json`, ...manifest, annotations }] };
  writeFileSync(join(layout, 'layout/index.json'), JSON.stringify(index));
  writeFileSync(join(layout, 'layout/oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  tar(join(layout, 'layout'), out);
} finally {
  rmSync(layout, { recursive: true, force: true });
}
