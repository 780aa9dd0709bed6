// What a page's thread does while it samples or trains with a small U-Net on WebGPU, in Chromium on this machine's processor: the longest
// tasks, by the clock and in processor time (the clock counts what other programs take, too).
import { inChromium } from '@tweedie/backend-suite';

const entry = new URL('../test/pacing.ts', import.meta.url);
const milliseconds = (value) => value.toFixed(0).padStart(6);

console.log(
  'work    shaders        steps  total ms  longest by the clock, ms        by the processor, ms    processor ms a step',
);
for (const work of ['sample', 'train'])
  for (const compile of [false, true]) {
    const argument = { work, steps: 8, side: 8, batch: 1, compile };
    const { result, tasks } = await inChromium(entry, { argument, tasks: true, timeout: 300_000 });
    const longest = (of) => tasks.map((task) => task[of]).sort((a, b) => b - a);
    const used = tasks.reduce((sum, { processor }) => sum + processor, 0);
    console.log(
      [
        work.padEnd(7),
        (compile ? 'compiled ahead' : 'at first use').padEnd(14),
        '8'.padStart(5),
        milliseconds(result).padStart(9),
        ...longest('wall').slice(0, 4).map(milliseconds),
        '  ',
        ...longest('processor').slice(0, 4).map(milliseconds),
        milliseconds(used / argument.steps),
      ].join(' '),
    );
  }
