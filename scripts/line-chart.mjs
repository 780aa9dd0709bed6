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
 * @param axes `{ x: [name, min, max], y: [name, min, max], log: whether y is logarithmic }`
 */
export function lineChart(title, curves, { x, y, log = false }) {
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
    legend: { bottom: 0, left: 'center', width: 720, itemWidth: 24, itemGap: 28, textStyle: { color: GREY } },
    grid: { left: 64, right: 24, top: 16, bottom: 54 + 32 * rows },
    xAxis: { type: 'value', ...axis(x, 28) },
    yAxis: { type: log ? 'log' : 'value', ...axis(y, 44) },
    series: names.map((name, i) => ({
      name,
      type: 'line',
      symbol: 'none',
      color: COLORS[i % COLORS.length],
      lineStyle: { width: 2, type: DASHES[Math.floor(i / COLORS.length) % DASHES.length] },
      data: curves[name],
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg.replace('>', ` role="img"><title>${title}</title>`);
}
