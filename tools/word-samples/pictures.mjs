import { box, column, SERIF, text } from './shapes.mjs';

function receipt() {
  const lines = [
    ['纯牛奶 250ml', '2', '24.00'],
    ['全麦吐司', '1', '12.50'],
    ['土鸡蛋 10枚', '1', '15.80'],
    ['洗洁精 1kg', '1', '9.90'],
    ['抽纸 3包', '2', '25.80'],
  ];
  const rows = lines.map(([name, count, price], i) => {
    const y = 292 + i * 42;
    return (
      text(56, y, 24, name) + text(300, y, 24, count, { anchor: 'middle' }) + text(424, y, 24, price, { anchor: 'end' })
    );
  });
  const rule = (y) => `<path d="M56 ${y}H424" stroke="#666" stroke-width="2" stroke-dasharray="7 6"/>`;
  return (
    box(0, 0, 480, 720, '#8d7a66') +
    `<g transform="rotate(-1.2 240 360)">${box(30, 24, 420, 676, '#fffdf8')}` +
    text(240, 88, 38, '青禾超市', { anchor: 'middle', weight: 700 }) +
    text(240, 128, 24, '购物小票', { anchor: 'middle' }) +
    text(56, 174, 21, '单号 20260314-0827') +
    text(56, 206, 21, '时间 2026-03-14 18:25') +
    rule(228) +
    text(56, 258, 21, '品名') +
    text(300, 258, 21, '数量', { anchor: 'middle' }) +
    text(424, 258, 21, '金额', { anchor: 'end' }) +
    rows.join('') +
    rule(490) +
    text(56, 534, 30, '合计', { weight: 700 }) +
    text(424, 534, 30, '¥88.00', { anchor: 'end', weight: 700 }) +
    text(56, 574, 22, '扫码支付') +
    text(424, 574, 22, '88.00', { anchor: 'end' }) +
    rule(598) +
    text(240, 640, 23, '谢谢惠顾，七天内凭票退换', { anchor: 'middle' }) +
    text(240, 674, 20, '服务电话 400-000-0827', { anchor: 'middle' }) +
    '</g>'
  );
}

function chat() {
  const bubble = (y, words, isOwn) => {
    const width = words.length * 27 + 44;
    const x = isOwn ? 480 - 84 - width : 84;
    return (
      box(x, y, width, 62, isOwn ? '#a7e08a' : '#fff', 12) +
      text(x + 22, y + 41, 27, words) +
      `<circle cx="${isOwn ? 440 : 40}" cy="${y + 31}" r="27" fill="${isOwn ? '#d98b5f' : '#6a8fc0'}"/>`
    );
  };
  return (
    box(0, 0, 480, 640, '#ededed') +
    box(0, 0, 480, 76, '#f8f8f8') +
    text(240, 49, 28, '周末爬山小分队', { anchor: 'middle', weight: 700 }) +
    text(240, 116, 19, '星期五 20:13', { anchor: 'middle', fill: '#777' }) +
    bubble(140, '明天几点集合？', false) +
    bubble(232, '早上七点半', true) +
    bubble(324, '地铁东门站B口见', true) +
    bubble(416, '好的，我带水壶', false) +
    bubble(508, '别忘了防晒霜', true)
  );
}

function slide() {
  const point = (y, words) => `<circle cx="86" cy="${y - 11}" r="8" fill="#2f6f9f"/>` + text(112, y, 31, words);
  return (
    box(0, 0, 800, 450, '#fff') +
    box(0, 0, 800, 96, '#1f4e79') +
    text(50, 64, 42, '第三季度工作总结', { fill: '#fff', weight: 700 }) +
    point(166, '活跃用户比上季度增长 38%') +
    point(230, '平均响应时间降到 9 毫秒') +
    point(294, '客服满意度达到 96.5 分') +
    point(358, '下一步：让图里的文字也能找到') +
    text(750, 425, 18, '产品部 · 2026 年 10 月', { fill: '#666', anchor: 'end' })
  );
}

function shopSign() {
  return (
    box(0, 0, 720, 420, '#b9a48c') +
    box(0, 300, 720, 120, '#7c6a58') +
    box(40, 60, 640, 180, '#7a1f16', 10, 'stroke="#d9b36a" stroke-width="8"') +
    text(360, 180, 100, '老槐树面馆', { anchor: 'middle', font: SERIF, weight: 700, fill: '#f6d58a' }) +
    box(80, 262, 560, 64, '#f3ead9', 6) +
    text(360, 306, 32, '手工拉面　凉菜　卤味', { anchor: 'middle', fill: '#5a2418' }) +
    text(360, 378, 27, '营业时间 10:00–21:30', { anchor: 'middle', fill: '#fff' })
  );
}

function menu() {
  const dishes = [
    ['番茄炒蛋', '18元'],
    ['宫保鸡丁', '32元'],
    ['清蒸鲈鱼', '68元'],
    ['麻婆豆腐', '22元'],
    ['蒜蓉空心菜', '16元'],
    ['酸梅汤', '8元'],
  ];
  const rows = dishes.map(
    ([dish, price], i) =>
      text(70, 200 + i * 66, 33, dish, { fill: '#f4efe2' }) +
      text(450, 200 + i * 66, 33, price, { fill: '#ffd479', anchor: 'end' }),
  );
  return (
    box(0, 0, 520, 620, '#6b4a2b') +
    box(20, 20, 480, 580, '#26332c', 6) +
    text(260, 104, 54, '今日菜单', { anchor: 'middle', font: SERIF, weight: 700, fill: '#fff' }) +
    '<path d="M70 132H450" stroke="#fff" stroke-width="2"/>' +
    rows.join('')
  );
}

function meme() {
  const outlined = { anchor: 'middle', weight: 900, fill: '#fff' };
  return (
    box(0, 0, 480, 480, '#f2b84b') +
    '<ellipse cx="240" cy="262" rx="132" ry="118" fill="#fff6dc"/>' +
    '<path d="M176 246q22 18 44 0M260 246q22 18 44 0M214 312q26 -16 52 0" fill="none" stroke="#3b2a14" stroke-width="9" stroke-linecap="round"/>' +
    `<g stroke="#000" stroke-width="9" paint-order="stroke" stroke-linejoin="round">${text(240, 88, 56, '周一早上的我', outlined)}${text(240, 448, 50, '再睡五分钟就起', outlined)}</g>`
  );
}

function cup() {
  return (
    box(0, 0, 480, 600, '#dfe6e3') +
    box(0, 500, 480, 100, '#b58a62') +
    '<path d="M120 120H360L332 540H148Z" fill="#fbfaf7"/>' +
    box(104, 84, 272, 44, '#3a2a22', 12) +
    '<path d="M129 250H351L339 430H141Z" fill="#24545c"/>' +
    text(240, 326, 52, '云间咖啡', { anchor: 'middle', font: SERIF, weight: 700, fill: '#fff' }) +
    text(240, 368, 22, 'YUNJIAN COFFEE', { anchor: 'middle', fill: '#e8d9b5', spacing: 1 }) +
    box(170, 446, 140, 74, '#fff', 2, 'stroke="#999"') +
    text(240, 477, 23, '燕麦拿铁', { anchor: 'middle' }) +
    text(240, 507, 20, '少冰 半糖', { anchor: 'middle' })
  );
}

function poster() {
  const light = { anchor: 'middle', fill: '#fff' };
  return (
    '<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#2b2d6e"/><stop offset="1" stop-color="#c2577a"/></linearGradient></defs>' +
    box(0, 0, 520, 720, 'url(#sky)') +
    '<circle cx="260" cy="470" r="120" fill="#f6c177"/>' +
    text(260, 150, 76, '春日朗诵会', { ...light, font: SERIF, weight: 700 }) +
    text(260, 206, 30, 'SPRING READING 2026', { ...light, spacing: 2 }) +
    text(260, 296, 34, '四月十八日　晚七点半', light) +
    text(260, 640, 36, '滨江剧院 小剧场', { ...light, weight: 700 }) +
    text(260, 684, 24, '凭学生证半价入场', light)
  );
}

function ticket() {
  return (
    box(0, 0, 720, 320, '#3c4650') +
    box(30, 30, 660, 260, '#fff7e6', 14) +
    '<path d="M520 40V280" stroke="#b9a27a" stroke-width="3" stroke-dasharray="9 8"/>' +
    text(60, 92, 40, '远山来信', { font: SERIF, weight: 700 }) +
    text(60, 140, 25, '2026年5月2日 19:40') +
    text(60, 186, 25, '金桂影城 5号厅 全景声') +
    text(60, 246, 38, '7排12座', { weight: 700, fill: '#a12614' }) +
    text(605, 110, 30, '电影票', { anchor: 'middle', weight: 700 }) +
    text(605, 164, 24, '票价 45元', { anchor: 'middle' }) +
    text(605, 240, 20, 'No.7305148', { anchor: 'middle' })
  );
}

function streetSign() {
  return (
    box(0, 0, 640, 400, '#bfd9ea') +
    '<path d="M0 300Q160 250 320 300T640 290V400H0Z" fill="#7da36b"/>' +
    box(306, 190, 28, 210, '#8a8f94') +
    `<g transform="rotate(-2 320 140)">${box(60, 60, 520, 150, '#1b5fb4', 12, 'stroke="#fff" stroke-width="6"')}` +
    text(320, 140, 76, '梧桐西路', { anchor: 'middle', weight: 700, fill: '#fff', spacing: 6 }) +
    text(320, 188, 31, 'WUTONG WEST RD', { anchor: 'middle', fill: '#fff' }) +
    text(96, 188, 28, '西', { anchor: 'middle', fill: '#fff' }) +
    text(544, 188, 28, '东', { anchor: 'middle', fill: '#fff' }) +
    '</g>'
  );
}

function notice() {
  return (
    box(0, 0, 560, 640, '#c9c2b6') +
    box(40, 36, 480, 568, '#fff') +
    '<circle cx="280" cy="56" r="8" fill="#b33"/>' +
    text(280, 130, 50, '停水通知', { anchor: 'middle', weight: 700, fill: '#b3261e' }) +
    text(80, 200, 27, '各位住户：') +
    text(80, 252, 27, '因管道检修，本周六上午九点') +
    text(80, 304, 27, '至下午三点，三号楼和五号楼') +
    text(80, 356, 27, '停水，请提前储水。') +
    text(80, 408, 27, '给您带来不便，敬请谅解。') +
    text(480, 500, 26, '桂花园物业服务中心', { anchor: 'end' }) +
    text(480, 546, 26, '2026年11月20日', { anchor: 'end' })
  );
}

function couplet() {
  const gold = { font: SERIF, weight: 700, fill: '#2a1208' };
  return (
    box(0, 0, 520, 760, '#8b6b4c') +
    box(160, 150, 200, 610, '#4c2f1e') +
    box(140, 30, 240, 92, '#d3302a') +
    text(260, 98, 52, '萬事如意', { ...gold, anchor: 'middle' }) +
    box(30, 120, 104, 610, '#d3302a') +
    box(386, 120, 104, 610, '#d3302a') +
    column(438, 196, 64, '春風送暖入門來', gold) +
    column(82, 196, 64, '瑞雪迎春到庭前', gold)
  );
}

/** The pictures by name; sizes in pixels. */
export const pictures = {
  receipt: { width: 480, height: 720, body: receipt() },
  chat: { width: 480, height: 640, body: chat() },
  slide: { width: 800, height: 450, body: slide() },
  'shop-sign': { width: 720, height: 420, body: shopSign() },
  menu: { width: 520, height: 620, body: menu() },
  meme: { width: 480, height: 480, body: meme() },
  cup: { width: 480, height: 600, body: cup() },
  poster: { width: 520, height: 720, body: poster() },
  ticket: { width: 720, height: 320, body: ticket() },
  'street-sign': { width: 640, height: 400, body: streetSign() },
  notice: { width: 560, height: 640, body: notice() },
  couplet: { width: 520, height: 760, body: couplet() },
};
