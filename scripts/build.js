/** `npm run build`: dist/ as an installed package runs it: compiled sources, the SQL revisions and the workflow bundle. */
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
const run = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });

rmSync(dist, { recursive: true, force: true });
run(join(typescript, 'bin', 'tsc'), '-p', 'tsconfig.build.json');
cpSync(join(root, 'src', 'schema', 'revisions'), join(dist, 'src', 'schema', 'revisions'), {
  recursive: true,
  filter: (path) => !path.endsWith('.ts'),
});
for (const bundle of ['workflow-bundle.js', 'workflow-bundle-encoded.js'])
  run(join(dist, 'src', 'bundle-workflows.js'), join(dist, bundle));
