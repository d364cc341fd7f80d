import * as contract from '@anlin/contract';
import { noticePage, sendPlainPage } from '../../../platform/http/plain-page.ts';
import { publicRoute, type Route, route, sessionRoute } from '../../../platform/http/route.ts';
import { openStatement } from './open-statement.ts';
import { readStatement } from './read-statement.ts';
import { createStatementLink, listStatementLinks, revokeStatementLink } from './statement-link.ts';
import { statementPage } from './statement-page.ts';

const notices = {
  ended: { status: 410, title: '链接已失效', text: '这份对账单的链接已到期或已被撤回。请联系物业服务中心重新发送。' },
  unknown: { status: 404, title: '链接无效', text: '没有找到这份对账单。请核对链接是否完整，或联系物业服务中心。' },
} as const;

export const statementRoutes: Route[] = [
  route(contract.readStatement, (ctx, { query }) => readStatement(ctx, query)),
  sessionRoute(contract.printStatement, async (session, { query }, { reply }) =>
    sendPlainPage(reply, statementPage(await session.run((ctx) => readStatement(ctx, query)))),
  ),
  publicRoute(contract.openStatement, async (services, { params }, { reply }) => {
    const opened = await openStatement(services, params.token);
    if (opened.state === 'open') return sendPlainPage(reply, statementPage(opened.statement));
    const { status, title, text } = notices[opened.state];
    return sendPlainPage(reply, noticePage(title, text), status);
  }),
  route(contract.listStatementLinks, (ctx, { query }, { services }) => listStatementLinks(ctx, services.secret, query)),
  route(contract.createStatementLink, (ctx, { body }, { services }) => createStatementLink(ctx, services.secret, body)),
  route(contract.revokeStatementLink, async (ctx, { params }) => {
    await revokeStatementLink(ctx, params.id);
    return contract.okReply;
  }),
];
