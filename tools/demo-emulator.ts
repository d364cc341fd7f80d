import { startEmulator } from './emulator/start-emulator.ts';

/** The emulator beside a demo: on the port it is told, for as long as the server that started it holds its standard input open. */
const emulator = await startEmulator({ port: Number(process.argv[2]) });
const stop = () => void emulator.stop().then(() => process.exit(0));
process.stdin.once('end', stop).once('error', stop).resume();
// Ctrl+C reaches this process too; it goes when the server has gone.
process.on('SIGINT', () => {});
