/**
 * Type-checks and runs every example: each ```ts block of the READMEs and of docs/, and of the `@example`s in doc comments.
 * `examples.mjs [text]` takes those whose file name holds the text. Each is a program of its own in `.examples`, named
 * after its file and line; those that show tests are run by vitest.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './bootstrap.mjs';
import { filesBelow, root } from './workspace.mjs';

const [only = ''] = process.argv.slice(2);
const folder = join(root, '.examples');
const examples = [...markdownFiles().flatMap(fromMarkdown), ...sourceFiles().flatMap(fromComments)].filter(({ name }) =>
  name.includes(only),
);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { name, code } of examples) writeFileSync(join(folder, `${name}.ts`), code);
writeFileSync(join(folder, 'tsconfig.json'), tsconfig());
writeFileSync(join(folder, 'vitest.config.mjs'), `export default { test: { include: ['*.test.ts'], testTimeout: 60_000 } };`);

const types = await run('tsc', ['-p', folder]);
if (types.code !== 0) {
  console.error(`${types.output}\nExamples: types are wrong at <file>.<line of its block>.ts`);
  process.exit(1);
}
const programs = examples.filter(({ name }) => !name.endsWith('.test'));
const tests = examples.filter(({ name }) => name.endsWith('.test'));
const queue = programs.map(
  ({ name }) =>
    () =>
      check(name, process.execPath, [join(folder, 'out', `${name}.js`)]),
);
if (tests.length > 0) queue.push(() => check(`${tests.length} with tests`, 'vitest', ['run', '--root', folder]));
const failed = [];
await Promise.all([runQueue(), runQueue()]);
console.log(`Examples: ${programs.length} programs and ${tests.length} tests, ${failed.length} failed`);
process.exit(failed.length > 0 ? 1 : 0);

async function runQueue() {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next();
}

async function check(name, program, args) {
  const started = Date.now();
  const { code, output } = await run(program, args);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (code === 0) return;
  console.error(output);
  failed.push(name);
}

function markdownFiles() {
  const docs = filesBelow(join(root, 'docs'), (path) => /\.md$/.test(path) && !path.startsWith('api/')).map(
    (path) => `docs/${path}`,
  );
  const readmes = ['packages', 'apps'].flatMap((parent) =>
    filesBelow(join(root, parent), (path) => /^[^/]+\/README\.md$/.test(path)).map((path) => `${parent}/${path}`),
  );
  return ['README.md', 'CONTRIBUTING.md', ...docs, ...readmes];
}

function sourceFiles() {
  return ['packages', 'apps'].flatMap((parent) =>
    filesBelow(join(root, parent), (path) => /^[^/]+\/src\/.*\.ts$/.test(path)).map((path) => `${parent}/${path}`),
  );
}

function fromMarkdown(file) {
  return blocks(file, readFileSync(join(root, file), 'utf8'), 0);
}

/** The blocks of a source file's doc comments, with their ` * ` taken off. */
function fromComments(file) {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap(({ 0: comment, index }) => {
    const linesBefore = source.slice(0, index).split('\n').length - 1;
    return blocks(file, comment.replace(/^[ \t]*\* ?/gm, ''), linesBefore);
  });
}

function blocks(file, text, linesBefore) {
  return [...text.matchAll(/^```(?:ts|typescript)\b(.*)\n([\s\S]*?)^```/gm)].map(({ 1: attributes, 2: code, index }) => {
    const line = linesBefore + text.slice(0, index).split('\n').length + 1;
    if (attributes !== '')
      throw new Error(`${file}:${line}: every example runs, so \`\`\`ts takes no attribute, got${attributes}`);
    const kind = /from '(vitest|@tweedie\/(testing(?!\/capabilities)|goldens))/.test(code) ? '.test' : '';
    return { name: `${file.replace(/\.(md|ts)$/, '').replaceAll('/', '-')}.${line}${kind}`, code };
  });
}

function tsconfig() {
  const compilerOptions = {
    rootDir: '.',
    outDir: 'out',
    composite: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    tsBuildInfoFile: null,
    types: ['node'],
    moduleDetection: 'force',
  };
  return JSON.stringify({ extends: '../tsconfig.base.json', compilerOptions, include: ['*.ts'], exclude: [] });
}
