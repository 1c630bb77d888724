import type { CommanderWords } from './commander-words';

export const commanderInChinese: CommanderWords = {
  titles: {
    'Usage:': '用法：',
    'Arguments:': '参数：',
    'Options:': '选项：',
    'Commands:': '命令：',
    '[options]': '[选项]',
    '[command]': '[命令]',
  },
  help: '显示帮助',
  notes: (notes) => `（${notes.join('；')}）`,
  choices: (choices) => `可选 ${choices.join('、')}`,
  defaultValue: (value) => `默认 ${value}`,
  errors: [
    [/^error: /, '错误：'],
    [/missing required argument '(.*)'/, "缺少参数 '$1'"],
    [/option '(.*)' argument missing/, "选项 '$1' 缺少值"],
    [/required option '(.*)' not specified/, "必须给出选项 '$1'"],
    [/unknown option '(.*)'/, "没有选项 '$1'"],
    [/unknown command '(.*)'/, "没有命令 '$1'"],
    [
      /too many arguments(?: for '.*')?\. Expected (\d+) arguments? but got (\d+)\./,
      '参数太多：应有 $1 个，给了 $2 个',
    ],
    [/option '(.*)' argument '(.*)' is invalid\. /, "选项 '$1' 的值 '$2' 无效。"],
    [/Allowed choices are (.*)\./, '可选的值：$1'],
    [/\(Did you mean (?:one of )?(.*)\?\)/, '（是不是 $1？）'],
  ],
};
