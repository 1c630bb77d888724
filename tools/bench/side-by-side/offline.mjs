// Work on files: features of pictures, and the exact nearest neighbours of features.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wentuEnv } from './contestants.mjs';
import { timed, timedJsonParse } from '../lib/processes.mjs';

const root = join(import.meta.dirname, '../../..');
const FEATURES = 'valid_imgs.img_feat.jsonl';

/** Adds values to the figures. */
export function measureOffline(place, figures) {
  const out = mkdtempSync(join(tmpdir(), 'wentu-side-by-side-out-'));
  const cnClip = (module, ...args) =>
    timed([place.python, join(root, 'tools/bench/peer/cn_clip_on_cpu.py'), `cn_clip.eval.${module}`, ...args]);
  const wentu = (...args) =>
    timed([process.execPath, join(root, 'apps/cli/bin/wentu.js'), ...args], {
      env: { ...process.env, ...wentuEnv(place, join(out, 'data')) },
    });
  const encode = {
    peer: (folder) =>
      cnClip('extract_features', '--extract-image-feats', '--image-data', join(folder, 'lmdb/valid/imgs'),
        '--image-feat-output-path', join(out, FEATURES), '--resume', place.checkpoint, '--precision', 'fp32',
        '--vision-model', 'RN50', '--text-model', 'RBT3-chinese'),
    wentu: (folder, i) =>
      wentu('features', '--images', folder, '--texts', join(folder, 'valid_texts.jsonl'), '--output', join(out, `wentu-${i}`)),
  }; // prettier-ignore
  const feats = [
    '--image-feats',
    join(place.data, 'real-1000', FEATURES),
    '--text-feats',
    join(place.data, 'knn/texts.jsonl'),
  ];
  const neighbours = {
    peer: () => cnClip('make_topk_predictions', ...feats, '--top-k', '10', '--output', join(out, 'peer.jsonl')),
    wentu: () => wentu('knn', ...feats, '--top-k', '10', '--output', join(out, 'wentu.jsonl')),
  };
  try {
    figures.add(
      'wentu',
      { 'CPU-s': timedJsonParse([feats[1], feats[3]]).cpuSeconds },
      'JSON.parse of these features alone: ',
    );
    for (const name of ['peer', 'wentu']) {
      const [few, many] = ['encode-64', 'encode-256'].map((folder, i) => encode[name](join(place.data, folder), i));
      // The difference of two sizes excludes the start.
      const per = (key) => (many[key] - few[key]) / (256 - 64);
      figures.add(
        name,
        { 'images/s': 1 / per('wallSeconds'), 'CPU-ms an image': 1_000 * per('cpuSeconds') },
        'features of pictures: ',
      );
      figures.add(name, { 'images/s with the start, 256': 256 / many.wallSeconds }, 'features of pictures: ');
      const { wallSeconds, cpuSeconds } = neighbours[name]();
      figures.add(name, { s: wallSeconds, 'CPU-s': cpuSeconds }, 'neighbours of 5,000 texts in 1,000 images: ');
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
