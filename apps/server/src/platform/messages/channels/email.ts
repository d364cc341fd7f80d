import { createTransport } from 'nodemailer';
import { type Answer, type ChannelAdapter, unreachable } from './channel.ts';

interface MailError extends Error {
  code?: string;
  responseCode?: number;
  response?: string;
}

/** 5xx is final (RFC 5321, 4.2.1), anything else may pass. A wrong password is 535. */
function judgeFailure(error: MailError): Answer {
  const code = error.responseCode;
  if (code === undefined) return { ...unreachable(error), code: error.code ?? '' };
  const answer = error.response ?? error.message;
  return {
    outcome: code >= 500 ? 'refused' : code === 421 || code === 450 ? 'limited' : 'unreachable',
    code: String(code),
    answer,
  };
}

/**
 * One letter over SMTP. Its `Message-ID` is the delivery's, by which mailboxes may recognise a second copy; the protocol
 * itself promises at least once only.
 */
export const emailAdapter: ChannelAdapter = {
  async send(setup, message, outside) {
    const { host, port, user, from, siteUrl } = setup.settings;
    const transport = createTransport({
      host,
      port: Number(port),
      secure: Number(port) === 465,
      auth: { user, pass: setup.secrets.password },
      connectionTimeout: outside.timeoutMs,
      greetingTimeout: outside.timeoutMs,
      socketTimeout: outside.timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const site = (siteUrl ?? '').replace(/\/+$/, '');
    const link = site === '' || message.link === '' ? '' : `\n\n查看：${site}${message.link}`;
    try {
      const sent = await transport.sendMail({
        from,
        to: { name: '', address: message.address },
        subject: message.title,
        text: `${message.body || message.title}${link}`,
        messageId: `<${message.deliveryId}@anlin>`,
      });
      return { outcome: 'sent', code: '250', answer: sent.response, providerId: message.deliveryId };
    } catch (error) {
      return judgeFailure(error as MailError);
    } finally {
      transport.close();
    }
  },
};
