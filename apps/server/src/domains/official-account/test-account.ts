import type { AccountCheck } from '@anlin/contract';
import type { Session } from '../../platform/http/route.ts';
import { readChannel } from '../../platform/messages/read-channel.ts';
import type { Services } from '../../platform/services.ts';
import { openSecrets, readAccountRow } from './account-row.ts';
import { answerMs, callWechat, wechatWords } from './ask-wechat.ts';

const good = (label: string, text: string): AccountCheck => ({ label, state: 'good', text });
const bad = (label: string, text: string): AccountCheck => ({ label, state: 'bad', text });
const unknown = (label: string, text: string): AccountCheck => ({ label, state: 'unknown', text });

/** Looks at each thing a message of WeChat, a menu and a template message need, and says what is wrong. Nothing is written. */
export async function testAccount(services: Services, session: Session): Promise<{ checks: AccountCheck[] }> {
  const { row, secrets, setup } = await session.run(async (ctx) => {
    const found = await readAccountRow(ctx);
    return {
      row: found,
      secrets: found ? openSecrets(ctx, found) : {},
      setup: await readChannel(ctx, 'wechat'),
    };
  });
  const hasKeys = Boolean(setup?.settings.appId && setup.secrets.appSecret);
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  const keys =
    setup && hasKeys
      ? await callWechat(setup, outside, '/cgi-bin/get_current_selfmenu_info').then(keysCheck, () =>
          bad('AppID 与 AppSecret', '连不上微信的服务器，请检查服务器能否访问外网'),
        )
      : bad('AppID 与 AppSecret', '还没有填写，请到“系统 · 消息渠道 · 公众号”填写');
  return {
    checks: [
      keys,
      setup?.isOn
        ? good('模板消息', '消息渠道“公众号”已启用')
        : unknown('模板消息', '消息渠道“公众号”没有启用：通知不会发到公众号，菜单和自动回复不受影响'),
      secretsCheck(row, secrets),
      siteCheck(row?.site_url ?? ''),
      addressCheck(row),
      pushCheck(row),
    ],
  };
}

function keysCheck(reply: { errcode?: number; errmsg?: string }): AccountCheck {
  const label = 'AppID 与 AppSecret';
  // 46003: there is no menu yet, which only somebody who is known is told.
  if (!reply.errcode || reply.errcode === 46003) return good(label, '微信认得，有菜单权限');
  return bad(label, wechatWords(reply));
}

type Row = Awaited<ReturnType<typeof readAccountRow>>;

function secretsCheck(row: Row, secrets: { token?: string; encodingAesKey?: string }): AccountCheck {
  const label = 'Token 与密钥';
  if (!row || row.sealed_secrets === '') return bad(label, '还没有填写 Token');
  if (!secrets.token) return bad(label, '读不出来：换过数据密钥或从别处恢复，请重新填写 Token 和 EncodingAESKey');
  if (row.mode === 'aes' && !secrets.encodingAesKey) return bad(label, '安全模式须填写 EncodingAESKey');
  return good(label, row.mode === 'aes' ? '已填写，消息加密' : '已填写；明文模式下消息不加密，建议改用安全模式');
}

function siteCheck(siteUrl: string): AccountCheck {
  const label = '本系统的网址';
  if (siteUrl === '') return bad(label, '还没有填写：微信不知道把消息送到哪里，菜单也打不开住户端');
  return good(label, siteUrl);
}

function addressCheck(row: Row): AccountCheck {
  const label = '服务器地址';
  if (!row?.is_on) return bad(label, '消息推送没有启用，微信验证地址时会失败。请先启用并保存');
  if (row.verified_at) return good(label, '微信已验证');
  return bad(label, '微信还没有验证过：请在公众平台“基本配置 → 服务器配置”填写下面的地址、Token 和密钥，再点“提交”');
}

function pushCheck(row: Row): AccountCheck {
  const label = '收到的消息';
  if (row?.refused_at && (!row.pushed_at || row.refused_at > row.pushed_at) && row.refusal !== '')
    return bad(label, `最近一次没有接受：${row.refusal}`);
  if (row?.pushed_at) return good(label, '正常');
  return unknown(label, '还没有收到过：请用微信给公众号发一句话');
}
