/** The loss curve as SVG, drawn without a browser. */
import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([LineChart, GridComponent, LegendComponent, SVGRenderer]);

/** One point of a training curve. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

const SMOOTHING = 0.95; // of the running mean, per point
const GREY = '#888'; // readable on light and dark

/** An SVG of the loss per step and of its running mean, both axes labelled. */
export function lossChart(history: readonly LossPoint[]): string {
  let sum = 0;
  let weight = 0;
  const smooth = history.map(({ step, loss }) => {
    sum = SMOOTHING * sum + loss;
    weight = SMOOTHING * weight + 1;
    return [step, sum / weight];
  });
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 760, height: 320 });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: GREY },
    legend: { right: 16, top: 4, icon: 'roundRect', itemHeight: 4, textStyle: { color: GREY } },
    grid: { left: 64, right: 24, top: 36, bottom: 48 },
    xAxis: {
      type: 'value',
      name: 'step',
      nameLocation: 'middle',
      nameGap: 28,
      min: 'dataMin',
      max: 'dataMax',
      axisLabel: { color: GREY },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      scale: true,
      name: 'loss',
      nameLocation: 'middle',
      nameGap: 44,
      axisLabel: { color: GREY },
      splitLine: { lineStyle: { color: '#8884' } },
    },
    series: [
      {
        name: 'loss',
        type: 'line',
        showSymbol: false,
        lineStyle: { width: 1, opacity: 0.7 },
        color: '#6b9bd1',
        data: history.map(({ step, loss }) => [step, loss]),
      },
      { name: 'running mean', type: 'line', showSymbol: false, lineStyle: { width: 2 }, color: '#d1495b', data: smooth },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
