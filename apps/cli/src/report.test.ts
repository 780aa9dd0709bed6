import { expect, it } from 'vitest';
import { type Report, reportPage } from './report.js';

const report: Report = {
  title: 'runs/<b>',
  samples: { picture: { ending: 'svg', bytes: Uint8Array.of(1, 2, 3) }, text: 'one row per digit' },
  chart: '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
  progress: [
    { step: 10, picture: { ending: 'png', bytes: Uint8Array.of(4) } },
    { step: 20, picture: { ending: 'png', bytes: Uint8Array.of(5) } },
  ],
  timings: { training: '7 min' },
  configuration: { text: '</pre><script>' },
};
const page = reportPage(report);

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

it('says how far an unfinished run is, and loads itself again only while that goes on, without a script', () => {
  const { samples: _, ...early } = report;
  const live = reportPage({ ...early, unfinished: { text: 'running, step 3 of 9', live: true } });
  expect(live).toContain('running, step 3 of 9');
  expect(live).toMatch(/<meta http-equiv="refresh" content="\d+">/);
  expect(live).not.toMatch(/<script|<h2>Samples<\/h2>/);
  for (const still of [page, reportPage({ ...early, unfinished: { text: 'stopped', live: false } })])
    expect(still).not.toContain('http-equiv');
});
