/** The part of an OpenAPI document that is looked at here. */
interface Document {
  openapi?: string;
  info?: object;
  paths?: Record<string, Record<string, unknown> | undefined>;
}

interface Operation {
  operationId: string;
  parameters?: unknown[];
  responses?: Record<string, unknown>;
  requestBody?: { content?: Record<string, { example?: unknown }> };
}

const prefix = '/api/open/';

const description = `供财务软件、门禁、小程序等第三方系统使用。金额为元、两位小数的字符串；日期为 2026-03-01；时刻为 ISO 8601。

**签名**：每个请求带四个请求头。X-Anlin-Key 为密钥编号；X-Anlin-Timestamp 为秒数，与服务器相差不超过 300 秒；X-Anlin-Nonce 为 16 至 64 位随机串（字母、数字、- 和 _），不能重复；X-Anlin-Signature 为下面六行（用换行符连接，末尾没有换行）以密钥计算的 HMAC-SHA256，小写十六进制：方法、路径、查询串（没有则为空行）、时间戳、随机串、正文的 SHA-256（小写十六进制，没有正文时为空串的 SHA-256）。路径和查询串与请求行中完全一样。

**限流**：应答带 RateLimit-Policy 和 RateLimit；超出时为 429，Retry-After 说明几秒后再试。

**错误**：application/problem+json，code 为错误代码，detail 为中文说明。401 签名或密钥，403 没有权限，404 没有，409 与现状冲突，422 内容不对，429 太频繁。

**推送（webhook）**：请求头 webhook-id、webhook-timestamp、webhook-signature（Standard Webhooks 1.0：以“编号.时间戳.正文”计算 HMAC-SHA256，密钥为 whsec_ 之后的 base64）。2xx 为收到；否则按 30 秒、2 分、10 分、1 小时、3 小时、8 小时、1 天、1 天重试，事件编号不变。同一对象的事件按 sequence 先后推送。`;

const headers = [
  ['X-Anlin-Key', '密钥编号', 'ak_…'],
  ['X-Anlin-Timestamp', '秒', '1773108000'],
  ['X-Anlin-Nonce', '随机串，不能重复', '5f0c2a7be1d94f3a'],
  ['X-Anlin-Signature', '签名，小写十六进制', '4f1c…'],
] as const;

const houseId = '01960000-0000-7000-8000-000000000001';
const billId = '01960000-0000-7000-8000-000000000002';
const itemId = '01960000-0000-7000-8000-000000000003';
const receiptId = '01960000-0000-7000-8000-000000000004';

const syncBody = {
  lines: [
    {
      action: 'put',
      externalId: 'B-2026-0001',
      targetKind: 'house',
      targetId: houseId,
      chargeItemId: itemId,
      periodFrom: '2026-03-01',
      lastDay: '2026-03-31',
      amount: '128.50',
    },
    { action: 'withdraw', externalId: 'B-2026-0000', reason: '抄表有误' },
  ],
};

/** Examples by operation: of what is asked and of what is answered. */
const examples: Readonly<Record<string, { body?: unknown; reply: unknown }>> = {
  'open.houses': {
    reply: {
      rows: [
        {
          id: houseId,
          buildingId: '01960000-0000-7000-8000-000000000005',
          buildingName: '1栋',
          unitName: '1单元',
          number: '101',
          fullName: '1栋1单元101',
          usage: 'residential',
          builtArea: '98.50',
          updatedAt: '2026-03-01T02:00:00Z',
        },
      ],
      nextCursor: null,
      asOf: '2026-03-10T01:50:00Z',
    },
  },
  'open.syncBills': {
    body: syncBody,
    reply: {
      lines: [
        { externalId: 'B-2026-0001', outcome: 'created', billId, code: null, message: '' },
        {
          externalId: 'B-2026-0000',
          outcome: 'refused',
          billId: null,
          code: 'paid',
          message: '账单已收过款，不能改、不能撤回',
        },
      ],
      counts: { created: 1, updated: 0, unchanged: 0, withdrawn: 0, refused: 1 },
    },
  },
  'open.payments': {
    reply: {
      rows: [
        {
          id: receiptId,
          sequence: 42,
          kind: 'receipt',
          bookedOn: '2026-03-10',
          at: '2026-03-10T02:00:00Z',
          number: 'CH202603-000001',
          receiptId,
          targetKind: 'house',
          targetId: houseId,
          total: '128.50',
          tenders: [{ method: '微信', source: 'money', amount: '128.50' }],
          bills: [
            {
              billId,
              externalId: 'B-2026-0001',
              chargeItemName: '水费',
              periodFrom: '2026-03-01',
              lastDay: '2026-03-31',
              principal: '128.50',
              lateFee: '0.00',
            },
          ],
        },
      ],
      nextCursor: 's42',
      hasMore: false,
    },
  },
};

/** The document of what third parties may call, with how requests are signed and examples to copy. Made from the whole one, which stays as it is. */
export function openDocument(whole: object): object {
  const document = structuredClone(whole) as Document;
  const paths = Object.entries(document.paths ?? {}).filter(([path]) => path.startsWith(prefix));
  for (const [, operations] of paths) {
    for (const operation of Object.values(operations ?? {})) addExamples(operation as Operation);
  }
  return {
    ...document,
    info: { ...document.info, title: '安邻 Anlin 开放平台', description },
    paths: Object.fromEntries(paths),
  };
}

function addExamples(operation: Operation): void {
  const isSyncing = operation.operationId === 'open.syncBills';
  operation.parameters = [
    ...(operation.parameters ?? []),
    ...[
      ...headers,
      ...(isSyncing ? [['Idempotency-Key', '每批数据一个，重试时不变', 'batch-20260310-01'] as const] : []),
    ].map(([name, note, example]) => ({
      name,
      in: 'header',
      required: true,
      description: note,
      schema: { type: 'string' },
      example,
    })),
  ];
  const known = examples[operation.operationId];
  if (!known) return;
  const asked = operation.requestBody?.content?.['application/json'];
  if (asked && known.body !== undefined) asked.example = known.body;
  const answered = operation.responses?.['200'] as { content?: Record<string, { example?: unknown }> } | undefined;
  const json = answered?.content?.['application/json'];
  if (json) json.example = known.reply;
}
