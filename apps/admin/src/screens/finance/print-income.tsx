import {
  type EndpointReply,
  type IncomeFilter,
  type IncomeRow,
  type IncomeSort,
  incomeKinds,
  incomeStates,
  listIncome,
} from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Modal, Skeleton } from 'antd';
import { createPortal } from 'react-dom';
import { call, errorText } from '../../api/api.ts';
import '../../resource-ui/print-list.css';
import { groupThousands } from '../../resource-ui/text-of.ts';

/** More rows than this are a file, not paper. */
const mostRows = 2000;
const pageSize = 500;

interface PrintIncomeProps {
  filter: Readonly<Record<string, string | undefined>>;
  sort: IncomeSort;
  communityName: string;
  onClose: () => void;
}

type Reply = EndpointReply<typeof listIncome>;

async function readAll(filter: PrintIncomeProps['filter'], sort: IncomeSort, signal: AbortSignal): Promise<Reply> {
  const read = (page: number) =>
    call(listIncome, { query: { ...(filter as IncomeFilter), sort, page, pageSize }, signal });
  const first = await read(1);
  const pages = Math.ceil(Math.min(first.total, mostRows) / pageSize);
  const others = await Promise.all(Array.from({ length: Math.max(0, pages - 1) }, (_, index) => read(index + 2)));
  return { ...first, rows: [first, ...others].flatMap((one) => one.rows) };
}

const money: readonly (readonly [title: string, of: keyof IncomeRow])[] = [
  ['金额', 'amount'],
  ['违约金', 'lateFee'],
];

/** The movements as they are filtered, on A4 paper across, with the totals of all that match. */
export default function PrintIncome({ filter, sort, communityName, onClose }: PrintIncomeProps) {
  const { data, error } = useQuery({
    queryKey: ['income', 'print', filter, sort],
    gcTime: 0,
    queryFn: ({ signal }) => readAll(filter, sort, signal),
  });
  const isCut = (data?.total ?? 0) > mostRows;
  return (
    <>
      <Modal
        open
        title="打印收入明细"
        onCancel={onClose}
        footer={[
          <Button key="close" onClick={onClose}>
            关闭
          </Button>,
          <Button key="print" type="primary" disabled={!data} onClick={() => window.print()}>
            打印 {(data?.rows.length ?? 0).toLocaleString('zh-CN')} 笔
          </Button>,
        ]}
      >
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        {isCut ? (
          <Alert
            type="warning"
            showIcon
            title={`共 ${data?.total.toLocaleString('zh-CN')} 笔，一次最多打印 ${mostRows.toLocaleString('zh-CN')} 笔，只打印前面的，合计仍是全部的。请缩小筛选范围，或改用导出`}
          />
        ) : null}
        {data || error ? <p>A4 横向，按当前的筛选和排序，末尾是全部符合条件的合计。</p> : <Skeleton active />}
      </Modal>
      {data ? createPortal(<Sheet data={data} filter={filter} communityName={communityName} />, document.body) : null}
    </>
  );
}

function Sheet({ data, filter, communityName }: { data: Reply } & Pick<PrintIncomeProps, 'filter' | 'communityName'>) {
  const days = filter.from || filter.to ? `　${filter.from ?? '最早'} 至 ${filter.to ?? '现在'}` : '';
  return (
    <section className="print-list" aria-hidden="true">
      <h1>收入明细</h1>
      <p>
        {communityName}
        {days}　共 {data.total.toLocaleString('zh-CN')} 笔
        {data.total > data.rows.length ? `，打印前 ${data.rows.length} 笔` : ''}
      </p>
      <table>
        <thead>
          <tr>
            {['日期', '单号', '类型', '收费对象', '付款人', '收费项目', '支付方式'].map((title) => (
              <th key={title}>{title}</th>
            ))}
            {money.map(([title]) => (
              <th key={title}>{title}</th>
            ))}
            <th>经办人</th>
            <th>状态</th>
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row) => (
            <tr key={row.key}>
              <td>{row.day}</td>
              <td>{row.number}</td>
              <td>{incomeKinds[row.kind]}</td>
              <td>{row.targetName}</td>
              <td>{row.payerName}</td>
              <td>{row.items}</td>
              <td>{row.methodName}</td>
              {money.map(([title, of]) => (
                <td key={title} className="figure">
                  {groupThousands(String(row[of]))}
                </td>
              ))}
              <td>{row.staffName}</td>
              <td>{incomeStates[row.state]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p style={{ marginTop: '3mm' }}>{totalsText(data.totals)}</p>
    </section>
  );
}

function totalsText(totals: Reply['totals']): string {
  const parts: readonly (readonly [string, string])[] = [
    ['收入合计', totals.income],
    ['本金', totals.principal],
    ['违约金', totals.lateFee],
    ['预存款', totals.prepaid],
    ['押金', totals.deposit],
    ['其他', totals.other],
    ['其中退款', totals.refunded],
    ['其中撤销', totals.reversed],
    ['优惠', totals.discount],
    ['抵扣', totals.offset],
    ...totals.byMethod.map((one) => [one.name, one.income] as const),
  ];
  return parts
    .filter(([, yuan], index) => index === 0 || yuan !== '0.00')
    .map(([label, yuan]) => `${label} ${groupThousands(yuan)} 元`)
    .join('　');
}
