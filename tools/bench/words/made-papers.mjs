// Papers and screens with words: each function draws one on a sheet.
import { SERIF } from '../../word-samples/shapes.mjs';
import * as t from './made-texts.mjs';

const middle = { anchor: 'middle' };
const end = { anchor: 'end' };
const person = (s) => s.pick(t.SURNAMES) + s.pick(t.GIVEN);

function receipt(s) {
  const goods = s.some(t.GOODS, s.int(4, 7));
  s.size(480, 380 + goods.length * 42, '#fffdf8');
  s.write(240, 60, 34, s.pick(t.SHOPS), { ...middle, weight: 700 });
  s.write(240, 100, 24, '购物小票', middle);
  s.write(50, 148, 21, `单号 ${s.digits(10)}`);
  s.write(50, 182, 21, `收银员 ${person(s)}`);
  goods.forEach((name, i) => {
    s.write(50, 232 + i * 42, 24, name);
    s.write(430, 232 + i * 42, 24, s.money(90), end);
  });
  const y = 246 + goods.length * 42;
  s.shape(`<path d="M50 ${y}H430" stroke="#666" stroke-width="2" stroke-dasharray="7 6"/>`);
  s.write(50, y + 44, 28, '合计', { weight: 700 });
  s.write(430, y + 44, 28, `¥${s.money(400)}`, { ...end, weight: 700 });
  s.write(240, y + 96, 22, s.pick(['谢谢惠顾，欢迎再来', '凭票三日内退换', '会员积分可抵现金']), middle);
  s.turn(s.int(-3, 3), '#8d7a66');
}

function invoice(s) {
  s.size(900, 520, '#fdfcf4');
  s.write(450, 64, 40, `${s.pick(t.CITIES)}增值税电子普通发票`, {
    ...middle,
    font: SERIF,
    weight: 700,
    fill: '#8a4b16',
  });
  s.write(600, 112, 20, `发票号码 ${s.digits(8)}`);
  s.write(600, 144, 20, `开票日期 ${s.date()}`);
  s.box(40, 166, 820, 290, 'none', 0, 'stroke="#b8834f" stroke-width="2"');
  s.write(60, 204, 22, `购买方 ${s.pick(t.CITIES)}${s.pick(['科技', '贸易', '文化传媒', '建筑工程'])}有限公司`);
  s.write(60, 240, 20, `纳税人识别号 ${s.digits(15)}`);
  s.some(t.GOODS, 3).forEach((name, i) => {
    s.write(60, 296 + i * 36, 21, name);
    s.write(640, 296 + i * 36, 21, s.money(900), end);
    s.write(830, 296 + i * 36, 21, '13%', end);
  });
  s.write(60, 432, 24, '价税合计', { weight: 700 });
  s.write(830, 432, 24, `¥${s.money(3_000)}`, end);
  s.write(60, 494, 19, `收款人 ${person(s)}`);
  s.write(420, 494, 19, `开票人 ${person(s)}`);
}

function chat(s) {
  s.size(480, 660, '#ededed');
  s.box(0, 0, 480, 76, '#f8f8f8');
  s.write(240, 49, 28, person(s), { ...middle, weight: 700 });
  s.some(t.CHAT, 5).forEach((words, i) => {
    const [width, y, isOwn] = [words.length * 27 + 44, 110 + i * 104, s.random() < 0.5];
    const x = isOwn ? 396 - width : 84;
    s.box(x, y, width, 62, isOwn ? '#a7e08a' : '#fff', 12);
    s.shape(`<circle cx="${isOwn ? 440 : 40}" cy="${y + 31}" r="27" fill="${s.colour()}"/>`);
    s.write(x + 22, y + 41, 27, words);
  });
}

function slide(s) {
  const head = s.colour(30);
  s.size(800, 450, '#fff');
  s.box(0, 0, 800, 96, head);
  s.write(50, 64, 42, s.pick(t.TITLES), { fill: '#fff', weight: 700 });
  s.some(t.POINTS, 4).forEach((words, i) => {
    s.shape(`<circle cx="76" cy="${155 + i * 64}" r="8" fill="${head}"/>`);
    s.write(112, 166 + i * 64, 31, words);
  });
  s.write(750, 425, 18, `${person(s)} ${s.date()}`, { fill: '#666', ...end });
}

function menu(s) {
  s.size(520, 620, '#26332c');
  s.write(260, 92, 50, s.pick(['今日菜单', '家常小炒', '招牌推荐', '午市套餐']), {
    ...middle,
    font: SERIF,
    weight: 700,
    fill: '#fff',
  });
  s.some(t.DISHES, 6).forEach((dish, i) => {
    s.write(60, 180 + i * 66, 33, dish, { fill: '#f4efe2' });
    s.write(460, 180 + i * 66, 33, `${s.int(8, 98)}元`, { fill: '#ffd479', ...end });
  });
}

function screenshot(s) {
  const isDark = s.random() < 0.4;
  const ink = isDark ? '#eee' : '#222';
  s.size(540, 860, isDark ? '#111' : '#f2f2f7');
  s.write(30, 40, 22, `${s.int(0, 23)}:${s.int(10, 59)}`, { fill: ink });
  s.write(30, 112, 44, '设置', { fill: ink, weight: 700 });
  s.some(t.SETTINGS, 7).forEach((name, i) => {
    s.box(24, 150 + i * 82, 492, 70, isDark ? '#222' : '#fff', 12);
    s.box(44, 166 + i * 82, 38, 38, s.colour(), 8);
    s.write(104, 195 + i * 82, 27, name, { fill: ink });
  });
  s.write(270, 800, 24, s.pick(t.ENGLISH), { ...middle, fill: ink });
}

function pass(s) {
  s.size(800, 340, '#e9eef4');
  s.box(0, 0, 800, 70, s.colour(35));
  s.write(30, 47, 32, '登机牌', { fill: '#fff', weight: 700 });
  s.write(160, 47, 26, 'BOARDING PASS', { fill: '#fff' });
  s.write(30, 124, 24, `姓名 ${person(s)}`);
  s.write(30, 186, 40, `${s.pick(t.CITIES)}`, { weight: 700 });
  s.shape('<path d="M215 172H300M288 162L302 172L288 182" stroke="#345" stroke-width="4" fill="none"/>');
  s.write(330, 186, 40, `${s.pick(t.CITIES)}`, { weight: 700 });
  s.write(30, 250, 26, `航班 ${s.pick(['QL', 'YN', 'HW'])}${s.digits(4)}`);
  s.write(290, 250, 26, `登机口 ${s.pick(['A', 'B', 'C'])}${s.int(10, 48)}`);
  s.write(520, 250, 26, `座位 ${s.int(1, 60)}${s.pick(['A', 'C', 'K', 'L'])}`);
  s.write(30, 308, 20, `票号 ${s.digits(13)}`);
}

function document(s) {
  s.size(760, 560, s.pick(['#fff', '#fbf7ea']));
  s.write(380, 70, 36, s.pick(['租赁合同', '购销协议', '实验报告', '用药说明', '考试须知']), {
    ...middle,
    font: SERIF,
    weight: 700,
  });
  s.some(t.SENTENCES, 7).forEach((words, i) =>
    s.write(70, 140 + i * 52, 28, words, { font: s.lines.length % 2 ? SERIF : undefined }),
  );
  s.write(690, 524, 22, s.date(), end);
}

/** @type {Record<string, (sheet: import('./sheet.mjs').Sheet) => void>} */
export const PAPERS = { receipt, invoice, chat, slide, menu, screenshot, pass, document };
