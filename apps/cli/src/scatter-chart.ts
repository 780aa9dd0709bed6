/** Points in the plane as SVG, drawn without a browser: samples over the data that they should be like. */
import { ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([ScatterChart, GridComponent, LegendComponent, SVGRenderer]);

/** Points, `x, y` after `x, y`. */
type Points = Float32Array | Float64Array;

const SIZE = 480;
const MARGIN = 40;
const GREY = '#888'; // readable on light and dark

/** An SVG of both; the axes reach a fifth further than the data, and have one scale. */
export function scatterChart({ data, samples }: { readonly data: Points; readonly samples: Points }): string {
  const pairs = (points: Points) => Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i], points[2 * i + 1]]);
  const axis = (offset: number) => {
    const along = data.filter((_, i) => i % 2 === offset);
    return { low: Math.min(...along), high: Math.max(...along) };
  };
  const [x, y] = [axis(0), axis(1)];
  const reach = 0.6 * Math.max(x.high - x.low, y.high - y.low);
  const scale = ({ low, high }: { readonly low: number; readonly high: number }) => ({
    type: 'value' as const,
    min: (low + high) / 2 - reach,
    max: (low + high) / 2 + reach,
    axisLabel: { color: GREY, formatter: (value: number) => String(Number(value.toPrecision(2))) },
    splitLine: { lineStyle: { color: '#8884' } },
  });
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: SIZE, height: SIZE });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: GREY },
    legend: { right: 16, top: 4, textStyle: { color: GREY } },
    grid: { left: MARGIN, right: MARGIN, top: MARGIN, bottom: MARGIN },
    xAxis: scale(x),
    yAxis: scale(y),
    series: [
      { name: 'data', type: 'scatter', symbolSize: 3, color: '#8887', data: pairs(data) },
      { name: 'samples', type: 'scatter', symbolSize: 3, color: '#d1495b', data: pairs(samples) },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
