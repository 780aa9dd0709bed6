/** Curves as SVG, drawn without a browser, readable on light and dark pages. */
import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([LineChart, GridComponent, LegendComponent, SVGRenderer]);

const GREY = '#888';
const COLORS = ['#4477aa', '#ee6677', '#228833', '#ccbb44', '#66ccee', '#aa3377', '#ee7733'];
const DASHES = ['solid', 'dashed', 'dotted'];

/**
 * @param title for those who cannot see it
 * @param curves by name, each a list of points [x, y]; a point with y null breaks the line
 * @param axes `{ x: [name, min, max], y: [name, min, max], log: whether y is logarithmic }`; `x: [name, values]` puts each value, as evenly
 * as the others, under a tick, and then a curve is a list of y
 * @param bands where such a curve may lie, by its name: lists of the lowest and of the highest y
 */
export function lineChart(title, curves, { x, y, log = false }, bands = {}) {
  const names = Object.keys(curves);
  const rows = Math.ceil(names.length / 4);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 760, height: 360 + 32 * rows });
  const axis = ([name, min, max], gap) => ({
    name,
    min,
    max,
    nameLocation: 'middle',
    nameGap: gap,
    nameTextStyle: { color: GREY },
    axisLabel: { color: GREY },
    splitLine: { lineStyle: { color: '#8883' } },
  });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: GREY },
    legend: { data: names, bottom: 0, left: 'center', width: 720, itemWidth: 24, itemGap: 28, textStyle: { color: GREY } },
    grid: { left: 64, right: 24, top: 16, bottom: 54 + 32 * rows },
    xAxis: Array.isArray(x[1])
      ? { type: 'category', data: x[1], boundaryGap: false, ...axis([x[0]], 28) }
      : { type: 'value', ...axis(x, 28) },
    yAxis: log
      ? { type: 'log', ...axis(y, 44), axisLabel: { color: GREY, formatter: power } }
      : { type: 'value', ...axis(y, 44) },
    series: names.flatMap((name, i) => [
      {
        name,
        type: 'line',
        symbol: 'none',
        color: COLORS[i % COLORS.length],
        lineStyle: { width: 2, type: DASHES[Math.floor(i / COLORS.length) % DASHES.length] },
        data: curves[name],
      },
      ...(bands[name] ? band(name, bands[name], COLORS[i % COLORS.length]) : []),
    ]),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg.replace('>', ` role="img"><title>${title}</title>`);
}

/** The area between two curves: the lower one, unseen, and on it their difference. */
function band(name, [low, high], color) {
  const unseen = { type: 'line', symbol: 'none', silent: true, stack: `band of ${name}`, lineStyle: { opacity: 0 } };
  const height = high.map((y, i) => y - low[i]);
  return [
    { ...unseen, data: low },
    { ...unseen, data: height, areaStyle: { color, opacity: 0.25 } },
  ];
}

/** The label of a power of ten, which a logarithmic axis knows only nearly. */
function power(value) {
  return value < 1e-3 ? value.toExponential(0) : value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}
