import {
  type Endpoint,
  isAppAccess,
  listOpenBills,
  listOpenBuildings,
  listOpenChargeItems,
  listOpenHouses,
  listOpenParkingSpaces,
  listOpenResidents,
  openCommunity,
  type PartnerScope,
  partnerScopes,
  pullOpenPayments,
  pullOpenStatements,
  syncOpenBills,
} from '@anlin/contract';
import { Table, Typography } from 'antd';

const endpoints: readonly Endpoint[] = [
  openCommunity,
  listOpenBuildings,
  listOpenHouses,
  listOpenParkingSpaces,
  listOpenResidents,
  listOpenChargeItems,
  syncOpenBills,
  listOpenBills,
  pullOpenPayments,
  pullOpenStatements,
];

function scopeOf({ access }: Endpoint): string {
  if (!isAppAccess(access) || access === 'app') return '任何密钥';
  return partnerScopes[access.slice('app.'.length) as PartnerScope].label;
}

const signedText = `GET
/api/open/v1/houses
limit=500
1773108000
5f0c2a7b-e1d9-4f3a-9c55-1f2e3d4c5b6a
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`;

const shellText = (site: string) => `KEY=ak_… SECRET=…
path=/api/open/v1/houses; query='limit=500'; body=''
ts=$(date +%s); nonce=$(uuidgen)
hash=$(printf %s "$body" | sha256sum | cut -d' ' -f1)
sign=$(printf 'GET\\n%s\\n%s\\n%s\\n%s\\n%s' "$path" "$query" "$ts" "$nonce" "$hash" \\
  | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)
curl "${site}$path?$query" -H "X-Anlin-Key: $KEY" -H "X-Anlin-Timestamp: $ts" \\
  -H "X-Anlin-Nonce: $nonce" -H "X-Anlin-Signature: $sign"`;

/** What the makers of an app must know, to read and to copy. */
export function ApiGuide() {
  return (
    <div style={{ maxWidth: 960 }}>
      <p>
        把这一页和{' '}
        <a href="/api/open/openapi.json" target="_blank" rel="noreferrer">
          OpenAPI 3.1 文档
        </a>{' '}
        交给对方的开发人员。可运行的示例程序在安装包的 examples/third-party-client 中。
      </p>
      <Table<Endpoint>
        size="small"
        rowKey="id"
        pagination={false}
        dataSource={endpoints as Endpoint[]}
        columns={[
          { title: '接口', width: 300, render: (_, one) => `${one.method} ${one.path}` },
          { title: '用途', render: (_, one) => one.summary },
          { title: '权限', width: 130, render: (_, one) => scopeOf(one) },
        ]}
      />
      <h3>签名</h3>
      <p>六行文本用换行符连接（末尾没有换行），以密钥计算 HMAC-SHA256，写成小写十六进制：</p>
      <Code text={signedText} />
      <p className="muted">
        依次为：方法、路径、查询串（没有则为空行）、秒数、随机串（每次都换）、正文的
        SHA-256（没有正文时如上）。时间与服务器相差不能超过 300 秒。
      </p>
      <p>用命令行试一次：</p>
      <Code text={shellText(window.location.origin)} />
      <h3>约定</h3>
      <ul>
        <li>写入须带 Idempotency-Key：没收到应答时用同一个编号、同样的内容重发，不会做两次；编号保留 7 天。</li>
        <li>拉取收款和银行流水：保存 nextCursor，下次带着它来，不漏不重。</li>
        <li>应答头 RateLimit-Policy、RateLimit 说明每分钟可用次数；429 时按 Retry-After 的秒数等待。</li>
        <li>出错时 code 供程序判断，detail 是中文说明。</li>
      </ul>
    </div>
  );
}

function Code({ text }: { text: string }) {
  return (
    <Typography.Paragraph copyable={{ text }}>
      <pre style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-all', margin: 0 }}>{text}</pre>
    </Typography.Paragraph>
  );
}
