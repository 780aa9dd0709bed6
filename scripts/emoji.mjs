/**
 * Renders emoji as 32×32 PNG files, a folder for each class, to train on: `emoji.mjs [folder]`, by default `runs/emoji`. The drawings are
 * Twemoji 15 (https://github.com/jdecked/twemoji), © Twitter, Inc and other contributors, CC BY 4.0; names and order are Unicode's.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadSharp } from '../packages/data/dist/node.js';

/** Classes as ranges of Unicode's order of emoji, and in how many skin tones, in turn, those are drawn that have them. */
const CLASSES = [
  { name: 'faces', first: '😀', last: '😾' },
  { name: 'hearts', first: '💘', last: '🤍' },
  { name: 'hands', first: '👋', last: '🙏', tones: 6 },
  { name: 'people', first: '👶', last: '🧟‍♀️', tones: 3 },
  { name: 'animals', first: '🐵', last: '🪳' },
  { name: 'food', first: '🍇', last: '🧊' },
  { name: 'buildings', first: '🏠', last: '⛲' },
  { name: 'vehicles', first: '🚂', last: '🛺' },
  { name: 'clocks', first: '🕛', last: '🕦' },
  { name: 'games', first: '🎃', last: '🪢' },
  { name: 'objects', first: '👓', last: '🪪' },
  { name: 'signs', first: '🏧', last: '🔲' },
  { name: 'flags', first: '🏁', last: '🏴󠁧󠁢󠁷󠁬󠁳󠁿' },
];
const TONES = ['', '🏻', '🏼', '🏽', '🏾', '🏿'];
const SIDE = 32;
const DENSITY = 4 * 72; // drawn four times larger, then scaled down

const require = createRequire(import.meta.url);
const drawings = dirname(require.resolve('@twemoji/svg/package.json'));
const emojis = require('unicode-emoji-json/data-by-group.json').flatMap((group) => group.emojis);
const sharp = await loadSharp();
const [out = 'runs/emoji'] = process.argv.slice(2);

for (const { name, first, last, tones = 1 } of CLASSES) {
  const folder = join(out, name);
  await mkdir(folder, { recursive: true });
  const [from, to] = [first, last].map((end) => emojis.findIndex(({ emoji }) => emoji === end));
  let count = 0;
  for (const [i, { emoji, slug, skin_tone_support: toned }] of emojis.slice(from, to + 1).entries()) {
    for (let k = 0; k < (toned ? tones : 1); k++) {
      const tone = TONES[toned ? (i + k * (TONES.length / tones)) % TONES.length : 0];
      const drawing = fileOf(emoji, tone);
      if (!existsSync(drawing)) continue; // newer than the drawings
      const file = join(folder, `${String(i).padStart(3, '0')}-${slug}${k > 0 ? `-${k}` : ''}.png`);
      await sharp(drawing, { density: DENSITY }).resize(SIDE, SIDE).png().toFile(file);
      count++;
    }
  }
  console.log(`${name}: ${count}`);
}

/** The drawing of an emoji in a skin tone, which comes after its first code point, in place of a variation selector. */
function fileOf(emoji, tone) {
  const [person, ...rest] = [...emoji];
  const toned = tone === '' ? emoji : [person, tone, ...(rest[0] === '\ufe0f' ? rest.slice(1) : rest)].join('');
  const plain = toned.includes('\u200d') ? toned : toned.replaceAll('\ufe0f', '');
  return join(drawings, `${[...plain].map((point) => point.codePointAt(0).toString(16)).join('-')}.svg`);
}
