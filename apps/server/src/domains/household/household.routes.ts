import { Readable } from 'node:stream';
import * as contract from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { type Route, residentRoute, residentSessionRoute } from '../../platform/http/route.ts';
import { beyondScope } from '../../platform/resident-boundary.ts';
import { readCommunityFace } from '../estate/index.ts';
import { agreementRoutes } from './agreement.routes.ts';
import { listDues } from './list-dues.ts';
import { inviteMember, listMembers, withdrawInvitation } from './members.ts';
import { findOwnInvoiceFile, forgetTitle, readReceiptInvoicing, requestOwnInvoice } from './own-invoices.ts';
import { listOwnMessages, seeOwnMessages } from './own-messages.ts';
import { listOwnPrepaid, listOwnPrepaidMovements } from './own-prepaid.ts';
import { listOwnReceipts, readOwnReceipt, renderOwnReceipt } from './own-receipts.ts';
import { applyForVehicle, applyForVehicleAgain, listOwnVehicles } from './own-vehicles.ts';
import { paymentRoutes } from './payment.routes.ts';
import { readOwnBill } from './read-own-bill.ts';
import { receivePicture } from './receive-picture.ts';
import { applyAgain, applyForHouse, listOpenCommunities, listOpenPlaces, takeUpInvitation } from './register.ts';
import { sessionRoutes } from './session.routes.ts';
import { wechatRoutes } from './wechat/wechat.routes.ts';

const registrationRoutes: Route[] = [
  residentRoute(contract.listOpenCommunities, listOpenCommunities),
  residentRoute(contract.listOpenPlaces, (ctx, { query }) => listOpenPlaces(ctx, query)),
  residentRoute(contract.applyForHouse, (ctx, { body }, _http, resident) => applyForHouse(ctx, resident, body)),
  residentRoute(contract.applyAgain, async (ctx, { params, body }, _http, resident) => {
    await applyAgain(ctx, resident, params.moveInApplicationId, body);
    return contract.okReply;
  }),
  residentSessionRoute(contract.uploadApplicationPhoto, (session, _input, { request, services }) =>
    receivePicture(services, session, request),
  ),
  residentRoute(contract.takeUpInvitation, async (ctx, { body }, _http, resident) => {
    await takeUpInvitation(ctx, resident, body);
    return contract.okReply;
  }),
];

const moneyRoutes: Route[] = [
  residentRoute(contract.listDues, (ctx, { query }, _http, resident) => listDues(ctx, resident, query.communityId)),
  residentRoute(contract.getOwnBill, (ctx, { params }, _http, resident) => readOwnBill(ctx, resident, params.billId)),
  residentRoute(contract.listOwnReceipts, (ctx, { query }, _http, resident) => listOwnReceipts(ctx, resident, query)),
  residentRoute(contract.getOwnReceipt, (ctx, { params }, _http, resident) =>
    readOwnReceipt(ctx, resident, params.receiptId),
  ),
  residentSessionRoute(contract.downloadOwnReceipt, async (session, { params }, { reply, services }) => {
    const { number, content } = await session.run((ctx, resident) =>
      renderOwnReceipt(ctx, resident, services.files, params.receiptId),
    );
    void reply
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(`收据-${number}.pdf`)}`)
      .header('content-length', String(content.length))
      .header('cache-control', 'private, no-store')
      .type('application/pdf');
    return Readable.from([content]);
  }),
  residentRoute(contract.listOwnPrepaid, (ctx, { query }, _http, resident) =>
    listOwnPrepaid(ctx, resident, query.communityId),
  ),
  residentRoute(contract.listOwnPrepaidMovements, (ctx, { params }, _http, resident) =>
    listOwnPrepaidMovements(ctx, resident, params.prepaidAccountId),
  ),
];

const invoiceRoutes: Route[] = [
  residentRoute(contract.getReceiptInvoicing, (ctx, { params }, _http, resident) =>
    readReceiptInvoicing(ctx, resident, params.receiptId),
  ),
  residentRoute(contract.requestOwnInvoice, (ctx, { params, body }, _http, resident) =>
    requestOwnInvoice(ctx, resident, params.receiptId, body),
  ),
  residentRoute(contract.forgetOwnTitle, async (ctx, { params }, _http, resident) => {
    await forgetTitle(ctx, resident, params.invoiceTitleId);
    return contract.okReply;
  }),
  residentSessionRoute(contract.downloadOwnInvoice, async (session, { params }, { reply, services }) => {
    const { companyId, file } = await session.run(async (ctx, resident) => ({
      companyId: ctx.companyId,
      file: await findOwnInvoiceFile(ctx, resident, params.invoiceId),
    }));
    void reply
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
      .header('content-length', String(file.sizeBytes))
      .header('cache-control', 'private, no-store')
      .type('application/pdf');
    return services.files.read(companyId, file.fileId);
  }),
];

const houseRoutes: Route[] = [
  residentRoute(contract.listOwnMessages, (ctx, { query }, _http, resident) => listOwnMessages(ctx, resident, query)),
  residentRoute(contract.seeOwnMessages, async (ctx, _input, _http, resident) => {
    await seeOwnMessages(ctx, resident);
    return contract.okReply;
  }),
  residentRoute(contract.getHome, async (ctx, { query }) => {
    // In sight is who lives there; what the community shows is for all of them.
    if (ctx.communityIds !== '*' && !ctx.communityIds.includes(query.communityId.toLowerCase()))
      throw platformFail('resource.notFound', { label: '小区' });
    return beyondScope(ctx, (wide) => readCommunityFace(wide, query.communityId));
  }),
  residentRoute(contract.listMembers, (ctx, { params }, _http, resident) => listMembers(ctx, resident, params.houseId)),
  residentRoute(contract.inviteMember, (ctx, { params, body }, _http, resident) =>
    inviteMember(ctx, resident, params.houseId, body),
  ),
  residentRoute(contract.withdrawInvitation, async (ctx, { params }, _http, resident) => {
    await withdrawInvitation(ctx, resident, params.residentInvitationId);
    return contract.okReply;
  }),
  residentRoute(contract.listOwnVehicles, (ctx, { query }, _http, resident) =>
    listOwnVehicles(ctx, resident, query.communityId),
  ),
  residentRoute(contract.applyForVehicle, async (ctx, { params, body }, _http, resident) => ({
    id: await applyForVehicle(ctx, resident, params.houseId, body),
  })),
  residentRoute(contract.applyForVehicleAgain, async (ctx, { params, body }, _http, resident) => {
    await applyForVehicleAgain(ctx, resident, params.vehicleApplicationId, body);
    return contract.okReply;
  }),
  residentSessionRoute(contract.uploadPicture, async (session, _input, { request, services }) => {
    return receivePicture(services, session, request);
  }),
];

export const householdRoutes: Route[] = [
  ...sessionRoutes,
  ...registrationRoutes,
  ...moneyRoutes,
  ...invoiceRoutes,
  ...paymentRoutes,
  ...wechatRoutes,
  ...agreementRoutes,
  ...houseRoutes,
];
