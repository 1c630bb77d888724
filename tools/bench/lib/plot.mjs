// Small charts on logarithmic axes, side by side in one SVG.
const [WIDTH, HEIGHT] = [260, 200];
const MARGIN = { left: 48, right: 12, top: 28, bottom: 34 };
const COLOURS = ['#0f766e', '#b45309'];

/** @param charts of `{ title, series: [{ name, points: [[x, y], …] }] }` */
export function plot(charts, xLabel) {
  const body = charts
    .map((chart, i) => `<g transform="translate(${i * WIDTH} 0)">${draw(chart, xLabel)}</g>`)
    .join('\n');
  const width = charts.length * WIDTH;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" font-family="sans-serif" font-size="10" fill="#334155">
<rect width="100%" height="100%" fill="#ffffff"/>
${body}
</svg>
`;
}

function draw({ title, series }, xLabel) {
  const all = series.flatMap(({ points }) => points);
  const [x, y] = [0, 1].map((axis) => axisOf(all.map((point) => point[axis])));
  const toX = (value) => MARGIN.left + x.share(value) * (WIDTH - MARGIN.left - MARGIN.right);
  const toY = (value) => HEIGHT - MARGIN.bottom - y.share(value) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const [bottom, right] = [HEIGHT - MARGIN.bottom, WIDTH - MARGIN.right];
  const lines = [
    `<text x="${WIDTH / 2}" y="14" text-anchor="middle" font-size="12" fill="#0f172a">${title}</text>`,
    `<text x="${(MARGIN.left + right) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${xLabel}</text>`,
    ...x.ticks.map(
      (tick) =>
        `<path d="M${toX(tick)} ${MARGIN.top}V${bottom}" stroke="#e2e8f0"/><text x="${toX(tick)}" y="${bottom + 12}" text-anchor="middle">${short(tick)}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<path d="M${MARGIN.left} ${toY(tick)}H${right}" stroke="#e2e8f0"/><text x="${MARGIN.left - 4}" y="${toY(tick) + 3}" text-anchor="end">${short(tick)}</text>`,
    ),
  ];
  series.forEach(({ name, points }, i) => {
    const colour = COLOURS[i];
    const path = points.map((point) => `${toX(point[0]).toFixed(1)} ${toY(point[1]).toFixed(1)}`).join('L');
    lines.push(`<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const point of points)
      lines.push(`<circle cx="${toX(point[0]).toFixed(1)}" cy="${toY(point[1]).toFixed(1)}" r="3" fill="${colour}"/>`);
    if (series.length > 1)
      lines.push(`<text x="${MARGIN.left + 6}" y="${MARGIN.top + 12 + 12 * i}" fill="${colour}">${name}</text>`);
  });
  return lines.join('\n');
}

/** The ticks from the power of ten below the smallest value to the one above the largest. */
function axisOf(values) {
  const least = Math.floor(Math.log10(Math.min(...values)));
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i));
  return { ticks, share: (value) => (Math.log10(value) - least) / (most - least) };
}

function short(value) {
  if (value >= 1e6) return `${value / 1e6} M`;
  if (value >= 1e3) return `${value / 1e3} k`;
  return String(Number(value.toPrecision(2)));
}
