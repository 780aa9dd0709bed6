/** `report.html`: one self-contained page about a run, readable without a network, in light and dark. */
import type { Picture } from './pictures.js';

/** What the page shows. */
export interface Report {
  readonly title: string;
  /** How far an unfinished run is; while it is `live`, the page loads itself again. */
  readonly unfinished?: { readonly text: string; readonly live: boolean };
  /** The latest, and what they are, for those who cannot see them. */
  readonly samples?: { readonly picture: Picture; readonly text: string };
  readonly chart: string; // SVG
  readonly progress: readonly { readonly step: number; readonly picture: Picture }[];
  readonly timings: Readonly<Record<string, string>>;
  readonly configuration: object;
}

const RELOAD_SECONDS = 15;

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
img { image-rendering: pixelated; max-width: 100%; }
svg { max-width: 100%; height: auto; }
figure { margin: 0 1rem 1rem 0; } figcaption { color: GrayText; }
.row { display: flex; flex-wrap: wrap; }
table { border-collapse: collapse; } th { text-align: left; font-weight: normal; color: GrayText; padding-right: 2rem; }
pre { overflow: auto; padding: 1rem; background: color-mix(in srgb, CanvasText 8%, Canvas); }`;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const TYPES = { png: 'image/png', svg: 'image/svg+xml' } as const;

function figure({ ending, bytes }: Picture, text: string): string {
  return `<figure><img alt="${escapeHtml(text)}" src="data:${TYPES[ending]};base64,${Buffer.from(bytes).toString('base64')}"><figcaption>${escapeHtml(text)}</figcaption></figure>`;
}

/** The page as HTML. */
export function reportPage({ title, unfinished, samples, chart, progress, timings, configuration }: Report): string {
  const rows = Object.entries(timings).map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
${unfinished?.live ? `<meta http-equiv="refresh" content="${RELOAD_SECONDS}">` : ''}
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<h1>${escapeHtml(title)}</h1>
${unfinished ? `<p><strong>${escapeHtml(unfinished.text)}</strong></p>` : ''}
${samples ? `<h2>Samples</h2>\n${figure(samples.picture, samples.text)}` : ''}
<h2>Loss</h2>
<div role="img" aria-label="Training loss per step, and its running mean">${chart}</div>
<h2>Samples over time</h2>
<div class="row">${progress.map(({ step, picture: drawn }) => figure(drawn, `after ${step} steps`)).join('\n')}</div>
<h2>Timings</h2>
<table>${rows.join('\n')}</table>
<h2>Configuration</h2>
<pre>${escapeHtml(JSON.stringify(configuration, null, 2))}</pre>
</html>
`;
}
