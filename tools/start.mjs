// `npm start`: from a fresh clone to a running system. Plain JavaScript that any Node can parse, because it runs before
// anything is installed; everything newer is imported only after the version check.
const oldestMajor = 20;

if (Number(process.versions.node.split('.')[0]) < oldestMajor) {
  console.error(
    `启动安邻需要 Node.js ${oldestMajor} 或更高版本，当前是 ${process.versions.node}。\n` +
      '请到 https://nodejs.org 下载安装新版 Node.js，然后重新执行 npm start。',
  );
  process.exitCode = 1;
} else {
  const { start } = await import('./start/start-anlin.mjs');
  process.exitCode = await start(new URL('..', import.meta.url), process.argv.slice(2));
}
