import { accountsInShort } from './emulator/accounts-page.ts';
import { s3Account, startS3Emulator } from './emulator/s3.ts';
import { emulatorAccounts, startEmulator } from './emulator/start-emulator.ts';

/** `npm run emulator`: providers of messages, payment channels and a bucket for files on the loopback, for trying them out without an account anywhere. */
const emulator = await startEmulator({ port: 4010, smtpPort: 4025 });
const s3 = await startS3Emulator(4026);
console.log(
  [
    `渠道模拟器：${emulator.url}，SMTP 127.0.0.1:${emulator.smtpPort}`,
    `让安邻使用它：ANLIN_EMULATOR=${emulator.url} npm start`,
    `把文件存到它的存储桶（只在内存里，停止就没了）：ANLIN_S3_ENDPOINT=${s3.url} ANLIN_S3_BUCKET=${s3Account.bucket} ANLIN_S3_REGION=${s3Account.region} ANLIN_S3_KEY=${s3Account.accessKey} ANLIN_S3_SECRET=${s3Account.secretKey}`,
    `收到的消息：${emulator.url}/_emulator/messages`,
    '各渠道的账号：',
    accountsInShort(emulatorAccounts, `${emulator.url}/_emulator/accounts`),
  ].join('\n'),
);
process.on('SIGINT', () => void Promise.all([emulator.stop(), s3.stop()]).then(() => process.exit(0)));
