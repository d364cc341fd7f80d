import { type Endpoint, isAppAccess } from '@anlin/contract';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { z } from 'zod';
import { sendSigned, type TestKey } from '../../src/domains/partners/partners.fixture.ts';
import type { TestApp } from '../test-app.ts';
import { multipartFile } from './marked-company.ts';
import { type ChooseId, idPathsOf, NoSample, sampleOf } from './sample.ts';

/** One request as it goes over the wire. */
export interface WalkInput {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  body: unknown;
}

export type Part = 'params' | 'query' | 'body';
export interface Place {
  part: Part;
  path: string[];
}

/** Switched off, so that what the walk does next is done at once. */
const flowSample = { action: 'bill.void', isEnabled: false, amountFrom: '1.00', amountTo: '100.00' };

/** Looks like a link and opens nothing. */
const madeUpToken = `${'x'.repeat(43)}.${'x'.repeat(43)}`;

/** Columns a bank's lines cannot do without. */
const bankDetail = ['accountNumber', 'accountName', 'amount', 'reference', 'resultCode'].map((field) => ({
  field,
  width: 30,
}));

/**
 * Values the schema alone does not tell, by endpoint and path: sums that must agree, texts with a grammar of their own.
 * A new route whose sample fails is mended here.
 */
const givenByEndpoint: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'receipt.take': { 'bills.0.expected': '100.00', expectedTotal: '100.00', 'tenders.0.amount': '100.00' },
  'file.download': { client: 'pc', expires: 1_900_000_000, signature: 'x'.repeat(43) },
  'permissionGroup.create': { name: '走查组', 'permissions.0': 'house.view', 'phonePermissions.0': 'house.view' },
  'permissionGroup.update': { 'permissions.0': 'house.view', 'phonePermissions.0': 'house.view', version: 1 },
  'staffRights.setScope': { hasAllCommunities: false },
  'session.signIn': { phone: '13000000000', password: 'wrong-password', code: '123456' },
  'session.signInByCode': { code: '123456' },
  'backup.saveSettings': { atTime: '03:00', folder: '' },
  'messageChannel.save': { provider: 'tencent', isOn: false, version: 1 },
  'notification.save': {
    kind: 'receipt.taken',
    'subscribers.0.permissionGroupId': null,
    'subscribers.0.departmentId': null,
  },
  'dunning.preview': { 'selection.by': 'bills', 'selection.list.filter': '{}', 'channels.0': 'sms' },
  'dunning.start': { 'selection.by': 'bills', 'selection.list.filter': '{}', 'channels.0': 'sms' },
  'dunning.noteCall': { outcome: 'promised' },
  'dunningPlan.create': { name: '样例计划', moment: 'onDue', days: 0, 'channels.0': 'sms', isEnabled: false },
  'dunningPlan.update': { moment: 'onDue', days: 0, 'channels.0': 'sms', isEnabled: false, version: 1 },
  'dunningSetting.save': { siteUrl: '', ladderDays: [30, 60, 90], version: 1 },
  'smsPackage.add': { pieces: 100 },
  'bill.chargeOneOff': { periodFrom: '2026-03-01', periodTo: '2026-04-01' },
  'bill.chargeAdvance': { monthTo: '2026-05' },
  'bill.previewAdvance': { monthTo: '2026-05' },
  'chargeStandard.create': { method: 'unitPrice', quantitySource: 'builtArea', price: '2.80' },
  'chargeStandard.try': { method: 'unitPrice', quantitySource: 'builtArea', price: '2.80' },
  'standardBinding.create': { endsOn: '2026-12-31' },
  'standardBinding.update': { endsOn: '2026-12-31' },
  'preference.write': { key: 'favourites', value: ['favourite'] },
  'customField.create': { resource: 'house' },
  'customField.list': { resource: 'house' },
  'residentInvitation.accept': { code: '密乙' },
  'approvalFlow.create': { ...flowSample, name: '样例流程' },
  'approvalFlow.update': { ...flowSample, name: '样例流程二' },
  'print.preview': { templateRef: 'receipt-a4' },
  'print.start': { templateRef: 'receipt-a4' },
  'print.pdf': { templateRef: 'receipt-a4', filter: {} },
  'exitSlip.print': { templateRef: 'exit-slip-a5' },
  'invoice.issue': { 'lines.0.amount': '0.01', 'buyer.taxNumber': '91510100MA61RD0M2L' },
  'invoice.request': { 'lines.0.amount': '0.01', 'buyer.taxNumber': '91510100MA61RD0M2L' },
  'invoice.redLetter': { 'lines.0.amount': '0.01' },
  'invoice.callback': { timestamp: '1773108000', signature: 'a'.repeat(64) },
  'payment.start': {
    'bills.0.expected': '100.00',
    expectedTotal: '100.00',
    way: 'native',
    payerCode: '130000000000000001',
    returnUrl: 'https://wy.example.com/paid',
  },
  'paymentChannel.create': { settings: {}, secrets: {}, isOn: false },
  'paymentChannel.update': { settings: {}, secrets: {}, isOn: false, version: 1 },
  'resident.setWecom': { address: 'wmWalkSample' },
  'reconciliation.run': { from: '2026-03-01', to: '2026-03-02' },
  'invoiceTitle.create': { kind: 'company', taxNumber: '91510100MA61RD0M2L' },
  'invoiceTitle.update': { kind: 'company', taxNumber: '91510100MA61RD0M2L' },
  'invoiceSeller.create': { taxNumber: '91510100MA61RD0M2L', host: 'invoice.example.com', secret: 'walk-secret' },
  'invoiceSeller.update': {
    taxNumber: '91510100MA61RD0M2L',
    host: 'invoice.example.com',
    secret: 'walk-secret',
    version: 1,
  },
  'fund.deposit': { rate: '80', bookedOn: '2026-03-01' },
  'fund.interest': { rate: '1.5', year: 2025, bookedOn: '2026-03-01' },
  'fundProject.plan': { budget: '1.00' },
  'fundProject.vote': { votedOn: '2026-03-01', partHeads: 0, agreedHeads: 0, partArea: '0', agreedArea: '0' },
  'fundProject.pay': { bookedOn: '2026-03-01' },
  'bankTemplate.create': { 'file.detail': bankDetail, 'result.detail': bankDetail, name: '样例银行' },
  'bankTemplate.update': {
    'template.file.detail': bankDetail,
    'template.result.detail': bankDetail,
    'template.name': '样例银行二',
    version: 1,
  },
  'bankTemplate.preview': { 'file.detail': bankDetail, 'result.detail': bankDetail },
  'bankAgreement.create': { accountNumber: '6222020000000000001', startsOn: '2027-01-01', lastDay: '2027-12-31' },
  'bankAgreement.update': {
    accountNumber: '6222020000000000001',
    startsOn: '2027-01-01',
    lastDay: '2027-12-31',
    version: 1,
  },
  'bankBatch.readResult': { receivedOn: '2026-03-10' },
  'bankStatement.book': { receivedOn: '2026-03-10' },
  'collectionPlan.save': { months: Array.from({ length: 12 }, () => '100.00') },
  'household.company': { code: '0123abcd' },
  'household.signIn': { code: '123456' },
  'payLink.open': { token: madeUpToken },
  'payLink.pay': { token: madeUpToken },
  'payLink.payment': { token: madeUpToken },
  'collectionCode.create': { name: '走查收款码', purpose: 'income' },
  'collectionCode.update': { purpose: 'prepaid' },
  'collection.assign': { to: 'house' },
  'collectionSetting.save': { version: 1 },
  'collect.open': { token: madeUpToken },
  'collect.pay': { token: madeUpToken },
  'collect.payment': { token: madeUpToken },
  'collect.startWechat': { token: madeUpToken },
  'collect.takeWechatCode': { token: madeUpToken, code: 'walk-code', state: 'a'.repeat(64) },
  'collect.takeMiniProgramCode': { token: madeUpToken, code: 'walk-code' },
  'household.collect': { token: madeUpToken },
  'household.noteCollect': { token: madeUpToken },
  'payLink.startWechat': { token: madeUpToken },
  'payLink.takeMiniProgramCode': { token: madeUpToken, code: 'walk-code' },
  'payLink.takeWechatCode': { token: madeUpToken, code: 'walk-code', state: 'a'.repeat(64) },
  'household.takeWechatCode': { code: 'walk-code', state: 'a'.repeat(64) },
  'household.takeMiniProgramCode': { code: 'walk-code' },
  'household.startWechat': { page: 'dues' },
  'household.startWechatSignIn': { page: 'dues' },
  'household.signInByWechat': { code: 'walk-code', state: 'a'.repeat(64) },
  'household.invite': { expiresOn: '2026-03-20', validUntil: '2026-12-31' },
  'household.takeUpInvitation': { code: '密乙' },
  'household.pay': {
    key: 'walk-attempt',
    expectedTotal: '100.00',
    'bills.0.expected': '100.00',
    prepaid: '0',
    advance: null,
  },
  'household.payment': { key: 'walk-attempt' },
  'partnerKey.create': { 'allowedAddresses.0': '203.0.113.8', endsAt: '2027-01-01T00:00:00Z' },
  'partnerKey.update': { 'allowedAddresses.0': '203.0.113.8', endsAt: '2027-01-01T00:00:00Z' },
  'partnerKey.rotate': { oldEndsAt: '2027-01-01T00:00:00Z' },
  'webhookEndpoint.create': { url: 'https://erp.example.com/hook' },
  'webhookEndpoint.update': { url: 'https://erp.example.com/hook', version: 1 },
  'open.syncBills': { 'lines.0.amount': '1.00', 'lines.0.externalId': 'walk-1' },
  'household.signAgreement': { limit: '100', startsOn: '2026-03-20' },
  'deductionPlan.save': { dayOfMonth: 10, atHour: 9, noticeHours: 48, retryDays: [1, 3, 7], version: 1 },
  'deduction.handle': { action: 'acknowledge' },
  'household.payWithPrepaid': { key: 'walk-attempt', expectedTotal: '100.00', 'bills.0.expected': '100.00' },
  'household.previewAdvance': { monthTo: '2026-05' },
  'household.requestInvoice': {
    key: 'walk-attempt',
    expected: '0.01',
    'buyer.taxNumber': '91510100MA61RD0M2L',
    'buyer.email': 'owner@example.com',
    'buyer.phone': '02887654321',
  },
  'community.create': { code: 'WALK' },
  'community.update': { code: 'WALK' },
};

/** What is tried first: what is listed above, and no columns named where an export means all of them. */
function givenFor(endpoint: Endpoint): Readonly<Record<string, unknown>> {
  return { ...(endpoint.id.endsWith('.export') ? { columns: [] } : {}), ...givenByEndpoint[endpoint.id] };
}

const parts: readonly Part[] = ['params', 'query', 'body'];

function schemaOf(endpoint: Endpoint, part: Part): z.ZodType | undefined {
  return endpoint[part];
}

/** A valid request, ids chosen by `chooseId`. Throws with what to add when none can be made. */
export function makeRequest(endpoint: Endpoint, chooseId: (place: Place) => string, isFull: boolean): WalkInput {
  const given = givenFor(endpoint);
  const made = parts.map((part) => {
    const schema = schemaOf(endpoint, part);
    const choose: ChooseId = (path) => chooseId({ part, path: [...path] });
    try {
      return schema === undefined ? undefined : sampleOf(schema, { chooseId: choose, isFull, given });
    } catch (error) {
      if (!(error instanceof NoSample)) throw error;
      throw new Error(
        `${endpoint.id}: no valid ${part} could be made (${error.message}). Add '${endpoint.id}': { '${error.path}': … } to givenByEndpoint in test/walk/request.ts`,
      );
    }
  });
  const [params, query, body] = made;
  return { params: (params ?? {}) as WalkInput['params'], query: (query ?? {}) as WalkInput['query'], body };
}

/** Every place of the endpoint's requests where an id can stand. */
export function idPlaces(endpoint: Endpoint): Place[] {
  const given = givenFor(endpoint);
  return parts.flatMap((part) => {
    const schema = schemaOf(endpoint, part);
    return schema === undefined ? [] : idPathsOf(schema, { isFull: true, given }).map((path) => ({ part, path }));
  });
}

export function isSamePlace(left: Place, right: Place): boolean {
  return left.part === right.part && left.path.join('.') === right.path.join('.');
}

/** What opens a door: the cookie of a session, or an app's key with the clock by which it signs. */
export type Credential = string | AppKey;
export interface AppKey extends Pick<TestKey, 'accessId' | 'secret'> {
  clock: TestApp['clock'];
}

let batches = 0;

/** Sends it as the holder of the credential, or as nobody. A key signs only what apps may call. */
export function send(
  app: FastifyInstance,
  endpoint: Endpoint,
  input: WalkInput,
  credential?: Credential,
): Promise<LightMyRequestResponse> {
  if (typeof credential === 'object' && isAppAccess(endpoint.access)) {
    batches += 1;
    const idempotencyKey = `walk-batch-${batches}`;
    const { query, body } = input;
    return sendSigned({ app, clock: credential.clock }, credential, endpoint, { query, body, idempotencyKey });
  }
  const cookie = typeof credential === 'object' ? undefined : credential;
  const url = endpoint.path.replace(/:(\w+)/g, (_, key: string) =>
    encodeURIComponent(String(input.params[key]).toWellFormed()),
  );
  const query = Object.entries(input.query).map(([key, value]) => [key, String(value)] as const);
  const upload = endpoint.transport === 'upload' ? multipartFile('walk.csv', '房号\n1\n') : undefined;
  return app.inject({
    method: endpoint.method,
    url,
    query: Object.fromEntries(query),
    headers: { ...(cookie ? { cookie } : {}), ...upload?.headers },
    ...(upload ? { payload: upload.payload } : input.body === undefined ? {} : { payload: input.body as object }),
  });
}
