/**
 * The publishing rehearsal, on the tarballs of `pack.mjs`: what is in them, whether they work where nothing of this
 * repository is at hand, what a change to one package releases, and whether publishing would go through.
 */

import { checkModules } from './rehearsal/modules.mjs';
import { checkPublish } from './rehearsal/publish.mjs';
import { checkReadme } from './rehearsal/readme.mjs';
import { checkTarballs } from './rehearsal/tarballs.mjs';
import { checkTreeShaking } from './rehearsal/tree-shaking.mjs';
import { withUserProject } from './rehearsal/user-project.mjs';
import { checkVersions } from './rehearsal/versions.mjs';

checkTarballs();
await withUserProject(async (project) => {
  await checkReadme(project);
  await checkModules(project);
  await checkTreeShaking(project);
});
await checkVersions();
await checkPublish();
console.log('The rehearsal passed.');
