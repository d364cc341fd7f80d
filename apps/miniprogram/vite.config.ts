import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { configuration } from './src/config.ts';

const source = fileURLToPath(new URL('src', import.meta.url));
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const nameOf = (file: string) => relative(source, file).split(sep).join('/');

/** WeChat loads `app.js` and, for each page that app.json lists, the script of its name. */
const { pages } = JSON.parse(readFileSync(join(source, 'app.json'), 'utf8')) as { pages: string[] };
const entry = Object.fromEntries(['app', ...pages].map((name) => [name, join(source, `${name}.ts`)]));

/** What is not script goes along as it is; the project file gets the app id, so that it is written in one place. */
const copyParts: Plugin = {
  name: 'copy-parts',
  generateBundle() {
    for (const file of files.filter((one) => /\.(json|wxml|wxss)$/.test(one))) {
      this.emitFile({ type: 'asset', fileName: nameOf(file), source: readFileSync(file) });
    }
    const project = {
      projectname: 'anlin',
      description: '安邻住户端小程序',
      appid: configuration.appId,
      compileType: 'miniprogram',
      setting: { urlCheck: true, es6: true, minified: true },
    };
    this.emitFile({
      type: 'asset',
      fileName: 'project.config.json',
      source: `${JSON.stringify(project, null, 2)}\n`,
    });
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  publicDir: false,
  plugins: [copyParts],
  build: {
    target: 'es2018',
    // WeChat's tool makes it small when it uploads; what is checked before should be readable.
    minify: false,
    emptyOutDir: true,
    lib: { entry, formats: ['cjs'], fileName: (_, name) => `${name}.js` },
    rolldownOptions: { output: { chunkFileNames: 'parts/[name].js' } },
  },
});
