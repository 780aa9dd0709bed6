/** A web bundle holds what is used and nothing else. */
import assert from 'node:assert/strict';
import { build } from 'vite';

/** The README example builds with Vite; a sampler that is imported is in the bundle, one that is not is absent. */
export async function checkTreeShaking(project) {
  project.write('index.html', '<!doctype html><script type="module" src="/main.ts"></script>');
  project.write('main.ts', "import './example.ts';\n");
  await bundle(project);
  console.log('✓ the README example builds with Vite');

  const marker = 'eta-out-of-range'; // in the code of ddim only
  const without = await bundleOf(project, 'heun');
  const withDdim = await bundleOf(project, 'heun, ddim');
  assert.ok(withDdim.includes(marker), `a bundle with ddim must hold ${marker}, or this check shows nothing`);
  assert.ok(!without.includes(marker), 'a bundle with heun alone holds the code of ddim');
  console.log(`✓ an unused sampler is absent from the bundle (${without.length} bytes, ${withDdim.length} with it)`);
}

function bundleOf(project, names) {
  project.write('main.ts', `import { ${names} } from '@tweedie/samplers';\nconsole.log(${names});\n`);
  return bundle(project);
}

/** All JavaScript of a production build. */
async function bundle({ folder }) {
  const { output } = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'esnext', modulePreload: false },
  });
  return output.map((chunk) => chunk.code ?? '').join('\n');
}
