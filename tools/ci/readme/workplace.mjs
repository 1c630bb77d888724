import { execFile as execFileWithCallback } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execFile = promisify(execFileWithCallback);

const PICTURES = 4;
/** More than the neighbours that are asked for. */
const DATASET = 12;

/**
 * A folder as the reader of the README and docs/ has it: a home with pictures, the repository's programs, and the files
 * that commands name.
 */
export class Workplace {
  constructor(root) {
    this.path = mkdtempSync(join(tmpdir(), 'wentu-readme-'));
    this.home = join(this.path, 'home');
    this.env = {
      ...process.env,
      HOME: this.home,
      WENTU_DATA_DIR: join(this.path, 'data'),
      LC_ALL: 'C.UTF-8',
      npm_config_update_notifier: 'false',
      npm_config_offline: 'true',
    };
    const samples = readdirSync(join(root, 'samples/animals')).map((name) => join(root, 'samples/animals', name));
    mkdirSync(join(this.home, 'Pictures'), { recursive: true });
    for (const [i, file] of samples.slice(0, PICTURES).entries()) cpSync(file, join(this.home, 'Pictures', `${i}.png`));
    symlinkSync(join(root, 'node_modules'), join(this.path, 'node_modules'));
    cpSync(samples[0], join(this.path, 'picture.jpg'));
    this.makeModel(join(root, 'models/wentu-mini'));
    this.makeDataset(samples.slice(0, DATASET));
  }

  /** The shipped model under another name: what is downloaded elsewhere. */
  makeModel(from) {
    const folder = join(this.path, 'my-model');
    cpSync(from, folder, { recursive: true });
    const file = join(folder, 'wentu-model.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), name: 'my-model' }));
  }

  makeDataset(pictures) {
    const folder = join(this.path, 'Flickr30k-CN');
    mkdirSync(folder);
    const rows = pictures.map((file, id) => `${id}\t${readFileSync(file).toString('base64')}\n`);
    const texts = pictures.map(
      (_file, id) => `${JSON.stringify({ text_id: id, text: '一只动物', image_ids: [id] })}\n`,
    );
    writeFileSync(join(folder, 'valid_imgs.tsv'), rows.join(''));
    writeFileSync(join(folder, 'valid_texts.jsonl'), texts.join(''));
  }

  /** @returns {Promise<string>} what a command of the shell says @throws when it does not end with 0 */
  async run(command) {
    const options = { cwd: this.path, env: this.env, timeout: 300_000, maxBuffer: 16 * 1024 * 1024 };
    const { stdout, stderr } = await execFile('bash', ['-c', command], options);
    return stdout + stderr;
  }

  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }
}
