import { UnavailableError, WentuError, type WentuErrorCode } from '@wentu/domain';
import type { Command } from 'commander';
import { displayWidth } from '../display-width';
import { createProgram } from '../program';
import { describe as describeProgress } from '../progress';
import { chinese } from './chinese';

const program = createProgram({ env: {}, out: () => undefined, err: process.stderr, words: chinese }, () => undefined);
const withAllBelow = (command: Command): Command[] => [command, ...command.commands.flatMap(withAllBelow)];

test.each(withAllBelow(program).map((command) => [command.name(), command] as const))('help: %s', (_, command) => {
  const help = command.createHelp();
  const described = [
    command.description(),
    ...help.visibleOptions(command).map((option) => help.optionDescription(option)),
    ...help.visibleArguments(command).map((argument) => argument.description),
    ...help.visibleCommands(command).map((each) => each.description()),
  ];
  for (const text of described) if (!text.startsWith('mysql://')) expect(text).toMatch(/\p{Script=Han}/u);
  const text = command.helpInformation();
  expect(text).toMatch(/^用法：[^]*\n选项：\n/);
  expect(text).not.toMatch(/\b(Usage|Options|Arguments|Commands|default:|choices|options\]|command\])/);
});

test('help breaks lines between Chinese characters, at most 80 columns wide, and never before a comma', () => {
  const lines = withAllBelow(program).flatMap((command) => command.helpInformation().split('\n'));
  expect(lines.length).toBeGreaterThan(100);
  for (const line of lines) {
    expect(displayWidth(line)).toBeLessThanOrEqual(80);
    expect(line).not.toMatch(/^\s*[，。；：、）」]/);
  }
  expect(program.commands.find((command) => command.name() === 'load')?.helpInformation()).toContain(
    '  --id <from>              图片编号取相对路径还是文件名（可选 path、stem；默认\n                           path）\n',
  );
});

test('an error has its Chinese sentence first and the original below it; an unknown code has only the original', () => {
  expect(chinese.error(new UnavailableError('store a is away\nstore b is away'))).toBe(
    '文图：服务器、存储或模型暂时没有回应，请稍后再试\n  store a is away\n  store b is away',
  );
  expect(chinese.error(new Error('oops'))).toMatch(/^文图：文图自己出了错.*\n {2}Error: oops\n {6}at /);
  expect(chinese.error(new WentuError('BAD_USER_INPUT' as WentuErrorCode, 'Variable "$x"'))).toBe(
    '文图：Variable "$x"',
  );
});

test('the progress line is in Chinese', () => {
  const job = { status: 'RUNNING', total: 1_200, processed: 300, failed: 2, imagesPerSecond: 12.5 } as const;
  expect(describeProgress(job, chinese.progress)).toBe(
    `[${'█'.repeat(6)}${'·'.repeat(18)}]  300/1,200  12.5 张/秒  剩余 1 分 12 秒  失败 2 张`,
  );
  expect(describeProgress({ ...job, total: 100_000 }, chinese.progress)).toContain('剩余 2 小时 12 分');
  expect(describeProgress({ ...job, status: 'QUEUED' }, chinese.progress)).toMatch(/^正在等/);
});
