import { createServer, type Socket } from 'node:net';
import type { FaultPlan } from './faults.ts';
import type { Post } from './provider.ts';

export interface MailAccount {
  user: string;
  password: string;
}

const ending = '\r\n.\r\n';

interface Dialogue {
  mode: 'command' | 'data' | 'login';
  isSignedIn: boolean;
  to: string;
  answers: string[];
}

/** As much of SMTP (RFC 5321, AUTH PLAIN and LOGIN) as a letter needs. Letters end in the shared inbox. */
export function startSmtp(account: MailAccount, post: Post, faults: FaultPlan, port: number) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, account, post, faults);
  });
  return new Promise<{ port: number; stop(): Promise<void> }>((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        stop: () =>
          new Promise((done) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => done());
          }),
      });
    });
  });
}

function serve(socket: Socket, account: MailAccount, post: Post, faults: FaultPlan): void {
  const state: Dialogue = { mode: 'command', isSignedIn: false, to: '', answers: [] };
  const say = (line: string) => socket.write(`${line}\r\n`);
  let buffer = '';
  say('220 emulator ESMTP');
  socket.on('data', (chunk: Buffer) => {
    buffer += chunk.toString('utf8');
    for (;;) {
      const end = buffer.indexOf(state.mode === 'data' ? ending : '\r\n');
      if (end < 0) return;
      const part = buffer.slice(0, end);
      buffer = buffer.slice(end + (state.mode === 'data' ? ending.length : 2));
      if (state.mode === 'data') takeLetter(part, state, socket, post, faults);
      else takeLine(part, state, say, account, socket);
    }
  });
}

function takeLine(
  line: string,
  state: Dialogue,
  say: (line: string) => void,
  account: MailAccount,
  socket: Socket,
): void {
  if (state.mode === 'login') {
    state.answers.push(Buffer.from(line, 'base64').toString());
    if (state.answers.length === 1) return void say('334 UGFzc3dvcmQ6');
    state.mode = 'command';
    return void judge(state.answers[0] ?? '', state.answers[1] ?? '');
  }
  const [verb = '', ...rest] = line.split(' ');
  switch (verb.toUpperCase()) {
    case 'EHLO':
      return void say('250-emulator\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME');
    case 'HELO':
    case 'RSET':
    case 'NOOP':
      return void say('250 ok');
    case 'AUTH': {
      if (rest[0]?.toUpperCase() === 'PLAIN') {
        const [, user = '', password = ''] = Buffer.from(rest[1] ?? '', 'base64')
          .toString()
          .split('\0');
        return void judge(user, password);
      }
      state.mode = 'login';
      state.answers = [];
      return void say('334 VXNlcm5hbWU6');
    }
    case 'MAIL':
      return void say(state.isSignedIn ? '250 ok' : '530 authentication required');
    case 'RCPT':
      state.to = /<([^>]*)>/.exec(line)?.[1] ?? '';
      return void say(state.to.endsWith('.invalid') ? '550 no such mailbox' : '250 ok');
    case 'DATA':
      state.mode = 'data';
      return void say('354 go on');
    case 'QUIT':
      say('221 bye');
      return void socket.end();
    default:
      return void say('502 not implemented');
  }
  function judge(user: string, password: string): void {
    state.isSignedIn = user === account.user && password === account.password;
    say(state.isSignedIn ? '235 ok' : '535 authentication failed');
  }
}

function takeLetter(letter: string, state: Dialogue, socket: Socket, post: Post, faults: FaultPlan): void {
  state.mode = 'command';
  const fault = faults.next('email');
  if (fault === 'rateLimit') return void socket.write('450 too many letters\r\n');
  if (fault === 'serverError' || fault === 'garbage' || fault === 'invalidToken')
    return void socket.write('421 try later\r\n');
  const reference = /^Message-ID: <([^@>]+)/im.exec(letter)?.[1] ?? '';
  const id = post.deliver({ provider: 'email', to: state.to, text: letter, reference, raw: {} });
  // It was taken, but the sender will not know.
  if (fault) return void socket.destroy();
  socket.write(`250 taken as ${id}\r\n`);
}
