// What a run needs and keeps for later runs: a virtual environment, the data, the model.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../lib/processes.mjs';

const root = join(import.meta.dirname, '../../..');
const peer = join(root, 'tools/bench/peer');

/** About 3 GB and ten minutes the first time, most of it for torch and the features from cn_clip. */
export function prepare({ small }) {
  const work = process.env.BENCH_DIR || join(tmpdir(), 'wentu-side-by-side');
  const [venv, data, model] = ['venv', 'data', 'model'].map((name) => join(work, name));
  const python = join(venv, 'bin/python');
  const checkpoint = join(data, 'checkpoint.pt');
  mkdirSync(work, { recursive: true });
  once(venv, () => {
    run(['bash', join(root, 'tools/export-chinese-clip/install.sh'), venv, join(peer, 'requirements.txt')]);
  });
  once(data, () => {
    mkdirSync(data);
    run([python, join(peer, 'make_data.py'), data]);
  });
  // Rounded like cn_clip's load_from_name, so that both compute with the same weights.
  once(model, () => {
    run([python, join(root, 'tools/export-chinese-clip/export.py'), checkpoint, model, '--round-weights']);
  });
  if (small) {
    const folder = join(data, 'small');
    once(folder, () => run([python, join(peer, 'make_data.py'), data, '--small']));
  }
  return { work, python, data, model, checkpoint };
}

/** Creates a folder; an unfinished folder is made again. */
function once(folder, make) {
  const mark = `${folder}.made`;
  if (existsSync(mark)) return;
  rmSync(folder, { recursive: true, force: true });
  make();
  writeFileSync(mark, '');
}
