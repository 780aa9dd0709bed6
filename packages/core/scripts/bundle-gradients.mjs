/** Bundles tfjs-core's gradients for Node, which cannot import their files (see src/gradient-configs.ts). */
import { build } from 'esbuild';

await build({
  entryPoints: ['dist/gradient-configs.js'],
  outfile: 'dist/gradient-configs.node.js',
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  define: { window: 'undefined' }, // this is Node's bundle: importing it must not look for a page
  minify: true,
  legalComments: 'none',
  banner: { js: '/*! Contains gradients of @tensorflow/tfjs-core, Copyright Google LLC, Apache-2.0: see NOTICE. */' },
});
