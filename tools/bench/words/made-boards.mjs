// Signs and things with words: each function draws one on a sheet.
import { SERIF } from '../../word-samples/shapes.mjs';
import * as t from './made-texts.mjs';

const middle = { anchor: 'middle' };

/** A sky, a ground and some shapes. */
function scenery(s, width, height) {
  s.size(width, height, s.colour(75));
  s.box(0, height * 0.7, width, height * 0.3, s.colour(50));
  for (let i = 0; i < 6; i++)
    s.shape(
      `<ellipse cx="${s.int(0, width)}" cy="${s.int(0, height)}" rx="${s.int(20, 90)}" ry="${s.int(15, 60)}" fill="${s.colour(60)}" opacity="0.6"/>`,
    );
}

function sign(s) {
  const words = s.pick(t.SIGNS);
  scenery(s, 640, 440);
  s.box(60, 90, 520, 190, s.pick(['#b3261e', '#1b5fb4', '#1b7a35', '#f5c400']), 12, 'stroke="#fff" stroke-width="6"');
  s.write(320, 190, Math.min(84, 460 / words.length), words, { ...middle, weight: 700, fill: '#fff' });
  s.write(320, 246, 28, s.pick(t.ENGLISH).toUpperCase(), { ...middle, fill: '#fff' });
  s.turn(s.int(-4, 4), '#9ab');
}

function road(s) {
  scenery(s, 640, 400);
  s.box(306, 190, 28, 210, '#8a8f94');
  s.box(60, 60, 520, 150, '#1b5fb4', 12, 'stroke="#fff" stroke-width="6"');
  s.write(320, 145, 76, `${s.pick(t.ROADS)}${s.pick(['东路', '西路', '大道', '中街'])}`, {
    ...middle,
    weight: 700,
    fill: '#fff',
  });
  s.write(320, 190, 28, `${s.int(1, 900)}号`, { ...middle, fill: '#fff' });
}

function meme(s) {
  const [above, below] = s.pick(t.MEMES);
  const outlined = { ...middle, weight: 900, fill: '#fff' };
  s.size(480, 480, s.colour(60));
  s.shape('<ellipse cx="240" cy="250" rx="132" ry="118" fill="#fff6dc"/>');
  s.shape(
    '<path d="M176 236q22 18 44 0M260 236q22 18 44 0M214 302q26 -16 52 0" fill="none" stroke="#3b2a14" stroke-width="9"/>',
  );
  s.box(0, 24, 480, 84, '#000c');
  s.box(0, 378, 480, 84, '#000c');
  s.write(240, 84, 46, above, outlined);
  s.write(240, 438, 46, below, outlined);
}

function cup(s) {
  const brand = s.int(0, t.BRANDS.length - 1);
  s.size(480, 600, s.colour(85));
  s.box(0, 500, 480, 100, '#b58a62');
  s.shape('<path d="M120 120H360L332 540H148Z" fill="#fbfaf7"/>');
  s.box(104, 84, 272, 44, '#3a2a22', 12);
  s.shape(`<path d="M129 250H351L339 430H141Z" fill="${s.colour(28)}"/>`);
  s.write(240, 326, 190 / t.BRANDS[brand].length, t.BRANDS[brand], {
    ...middle,
    font: SERIF,
    weight: 700,
    fill: '#fff',
  });
  s.write(240, 380, 24, t.BRAND_LETTERS[brand], { ...middle, fill: '#e8d9b5' });
  s.write(240, 480, 26, s.pick(t.DRINKS), middle);
}

function poster(s) {
  s.size(520, 720, s.colour(30));
  s.shape(`<circle cx="260" cy="470" r="120" fill="${s.colour(65)}"/>`);
  s.write(260, 150, 62, s.pick(t.EVENTS), { ...middle, font: SERIF, weight: 700, fill: '#fff' });
  s.write(260, 214, 30, `${s.pick(['SPRING', 'SUMMER', 'AUTUMN'])} ${s.int(2021, 2026)}`, { ...middle, fill: '#fff' });
  s.write(260, 300, 34, `${s.pick(t.CITIES)}${s.pick(['体育馆', '文化广场', '美术馆', '大剧院'])}`, {
    ...middle,
    fill: '#fff',
  });
  s.write(260, 660, 30, s.pick(['凭学生证半价', '免费入场', '扫码预约', '当日有效']), { ...middle, fill: '#fff' });
}

function ticket(s) {
  s.size(720, 320, '#3c4650');
  s.box(30, 30, 660, 260, '#fff7e6', 14);
  s.write(60, 92, 40, s.pick(t.FILMS), { font: SERIF, weight: 700 });
  s.write(60, 140, 25, `${s.date()} ${s.int(10, 22)}:${s.int(10, 59)}`);
  s.write(60, 186, 25, `${s.pick(t.CITIES)}影城 ${s.int(1, 12)}号厅`);
  s.write(60, 246, 38, `${s.int(1, 12)}排${s.int(1, 24)}座`, { weight: 700, fill: '#a12614' });
  s.write(605, 110, 30, '电影票', { ...middle, weight: 700 });
  s.write(605, 240, 20, `No.${s.digits(7)}`, middle);
}

function notice(s) {
  s.size(560, 520, '#c9c2b6');
  s.box(40, 36, 480, 448, '#fff');
  s.write(280, 120, 46, s.pick(['温馨提示', '重要通知', '业主须知']), { ...middle, weight: 700, fill: '#b3261e' });
  s.some(t.NOTICES, 3).forEach((words, i) => s.write(80, 200 + i * 56, 28, words));
  s.write(480, 400, 26, `${s.pick(t.CITIES)}花园物业`, { anchor: 'end' });
  s.write(480, 446, 24, s.date(), { anchor: 'end' });
}

/** @type {Record<string, (sheet: import('./sheet.mjs').Sheet) => void>} */
export const BOARDS = { sign, road, meme, cup, poster, ticket, notice };
