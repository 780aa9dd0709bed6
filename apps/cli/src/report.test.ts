import { expect, it } from 'vitest';
import { reportPage } from './report.js';

const page = reportPage({
  title: 'runs/<b>',
  samples: { ending: 'svg', bytes: Uint8Array.of(1, 2, 3) },
  samplesText: 'one row per digit',
  chart: '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
  progress: [
    { step: 10, picture: { ending: 'png', bytes: Uint8Array.of(4) } },
    { step: 20, picture: { ending: 'png', bytes: Uint8Array.of(5) } },
  ],
  timings: { training: '7 min' },
  configuration: { text: '</pre><script>' },
});

it('needs no network', () => {
  const addresses = [...page.matchAll(/(?:src|href)\s*=\s*"([^"]*)"/g)].map(([, address]) => address);
  expect(addresses).toHaveLength(3);
  for (const address of addresses) expect(address).toMatch(/^data:image\/(png|svg\+xml);base64,/);
  expect(page).not.toMatch(/@import|url\(/);
});

it('escapes what it is given and describes each picture', () => {
  expect(page).toContain('runs/&lt;b&gt;');
  expect(page).not.toContain('<script>');
  expect(page).toContain('alt="one row per digit"');
  expect(page).toContain('alt="after 20 steps"');
});
