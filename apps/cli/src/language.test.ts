import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

const WENTU = join(__dirname, '../bin/wentu.js');
const ZH = { LANG: 'zh_CN.UTF-8' };
let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'wentu-language-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
function wentuIn(locale: NodeJS.ProcessEnv, ...args: string[]): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], WENTU_DATA_DIR: join(base, 'data'), ...locale },
    encoding: 'utf8',
    timeout: 240_000,
  });
  return { code: status, out: stdout, err: stderr };
}
const inChinese = (...args: string[]): Result => wentuIn(ZH, ...args);

test('with a Chinese locale, loads, searches and errors are in Chinese; columns and JSON do not change', async () => {
  const photos = join(base, 'photos');
  mkdirSync(photos);
  await sharp({ create: { width: 64, height: 48, channels: 3, background: '#d00' } })
    .png()
    .toFile(join(photos, 'red.png'));
  writeFileSync(join(photos, 'empty.png'), '');
  expect(inChinese('load', photos, '-c', '相册')).toMatchObject({
    code: 1,
    out:
      '部分导入：新导入 1 张，未变化 0 张，移出 0 张，失败 1 张\n' +
      '  empty.png：文件是空的；请换上完整的文件（EMPTY_FILE）\n',
  });
  const json = JSON.parse(inChinese('load', photos, '-c', '相册', '--json').out) as unknown;
  const failures = [{ item: 'empty.png', code: 'EMPTY_FILE', message: 'the file is empty' }];
  expect(json).toMatchObject({ status: 'PARTIAL', skipped: 1, failures });

  const noneLike = '—— 没有真正符合的图片，以下是最接近的 ——\n';
  const saved = join(base, 'saved');
  const search = inChinese('search', '红色', '-c', '相册', '--save', saved);
  expect(search).toMatchObject({ code: 0, err: `${noneLike}找到 1 张，已存 1 张到 ${saved}\n` });
  expect(search.out).toMatch(/^-?0\.\d{4} {2}\d\.\d{4} {2}red\.png\n$/);
  expect(readdirSync(saved)).toEqual(['1-red.png']);
  expect(inChinese('search', '红色的apple', '-c', '相册').err).toBe(`没看懂：apple；结果只按其余的字找到\n${noneLike}`);
  expect(inChinese('search', 'dog', '-c', '相册').err).toBe(
    `没看懂「dog」：模型不认识其中任何一个词，结果只是碰巧；请用中文描述\n${noneLike}`,
  );
  expect(inChinese('collections').out).toContain('相册\t1 张图片\twentu-mini\n');
  expect(inChinese('dataset', 'check', photos).out).toBe(
    `${photos}：图片文件夹\n  图片      共 2 个，完好 1 个\n1 个问题\n` +
      '  EMPTY_FILE：1 个。文件是空的，请换上完整的文件\n    empty.png：the file is empty\n',
  );

  const missing = inChinese('search', '红色', '-c', '没有');
  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(missing.err).toBe('文图：没有名为「没有」的图库；请检查名称\n');
  expect(inChinese('drop', '相册').out).toBe('已删除图库 相册\n');
});

test.each([
  [['nonsense'], "错误：没有命令 'nonsense'\n（用法见 wentu --help）\n"],
  [['searc', '狗'], "错误：没有命令 'searc'\n（是不是 search？）\n（用法见 wentu --help）\n"],
  [['drop'], "错误：缺少参数 'name'\n（用法见 wentu --help）\n"],
  [['search', '狗', '猫'], '错误：参数太多：应有 1 个，给了 2 个\n（用法见 wentu --help）\n'],
  [['search', '狗', '--tok', '3'], "错误：没有选项 '--tok'\n（是不是 --top-k？）\n（用法见 wentu --help）\n"],
  [['search', '狗', '-k'], "错误：选项 '-k, --top-k <n>' 缺少值\n（用法见 wentu --help）\n"],
  [
    ['search', '狗', '-k', 'x'],
    "错误：选项 '-k, --top-k <n>' 的值 'x' 无效。请给一个不小于 1 的整数\n（用法见 wentu --help）\n",
  ],
  [
    ['load', '.', '--id', 'x'],
    "错误：选项 '--id <from>' 的值 'x' 无效。可选的值：path, stem\n（用法见 wentu --help）\n",
  ],
  [['evaluate'], "错误：必须给出选项 '--texts <file>'\n（用法见 wentu --help）\n"],
])('an error of commander is in Chinese: %j', (args, err) => {
  expect(inChinese(...args)).toEqual({ code: 2, out: '', err });
});

test('--language overrides the locale at any position', () => {
  const english = wentuIn({}, 'drop', 'nobody');
  const inEnglish = 'wentu: there is no collection nobody; wentu collections lists all collections\n';
  expect(english).toEqual({ code: 2, out: '', err: inEnglish });
  const chinese = inChinese('drop', 'nobody');
  expect(chinese).toEqual({
    code: 2,
    out: '',
    err: '文图：没有名为 nobody 的图库；wentu collections 会列出所有图库\n',
  });
  expect(wentuIn({ ...ZH, LC_ALL: 'zh_CN.UTF-8' }, '--language', 'en', 'drop', 'nobody')).toEqual(english);
  expect(wentuIn({ LANG: 'C' }, 'drop', 'nobody', '--language=zh')).toEqual(chinese);
  expect(inChinese('drop', 'nobody', '--language', 'fr')).toMatchObject({
    code: 2,
    err: "错误：选项 '--language <zh|en>' 的值 'fr' 无效。可选的值：zh, en\n（用法见 wentu --help）\n",
  });
});

test('the English help and errors of commander are unchanged', () => {
  const help = wentuIn({ LANG: 'de_DE.UTF-8' }, 'load', '--help');
  expect(help).toEqual({
    code: 0,
    err: '',
    out: `Usage: wentu load [options] <dir>

load a folder of pictures, a {split}_imgs.tsv, its features, or an LMDB folder
of cn_clip

Options:
  -c, --collection <name>  collection to load into; created if it does not exist
                           (default: "default")
  --id <from>              source of the image ids (choices: "path", "stem",
                           default: "path")
  --split <name>           which {split}_imgs files to read
  --features-model <name>  the model that made the feature file
  --copy                   copy the originals into the store
  --missing <what>         images whose files are missing: ask reports and keeps
                           them, keep keeps them without asking again, remove
                           removes them (choices: "ask", "keep", "remove",
                           default: "ask")
  --json                   print the final state as JSON
  -h, --help               display help for command
`,
  });
  expect(inChinese('load', '--help', '--language', 'en')).toEqual(help);
  expect(wentuIn({}, 'search', '狗', '-c', 'none').err).toMatch(/^wentu: no collection "none"; .*\n$/);
  expect(wentuIn({}, 'nonsense').err).toBe("error: unknown command 'nonsense'\n(wentu --help shows the usage)\n");
});
