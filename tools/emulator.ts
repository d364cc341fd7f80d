import { emulatorAccounts, startEmulator } from './emulator/start-emulator.ts';

/** `npm run emulator`: providers of messages on the loopback, for trying channels out without an account anywhere. */
const emulator = await startEmulator({ port: 4010, smtpPort: 4025 });
console.log(
  [
    `渠道模拟器：${emulator.url}，SMTP 127.0.0.1:${emulator.smtpPort}`,
    `让安邻使用它：ANLIN_EMULATOR=${emulator.url} npm start`,
    `收到的消息：${emulator.url}/_emulator/messages`,
    '各渠道的账号：',
    JSON.stringify(emulatorAccounts, null, 2),
  ].join('\n'),
);
process.on('SIGINT', () => void emulator.stop().then(() => process.exit(0)));
