import { PrinterOutlined } from '@ant-design/icons';
import { App, Button, Space } from 'antd';
import { usePrintPdf } from '../../print/use-print-pdf.ts';

interface PrintReceiptsProps {
  chosen: readonly string[];
  /** The list as it is filtered now. */
  filter: Readonly<Record<string, string | number | undefined>>;
  /** How many valid receipts the filter shows. */
  matching: number;
  onStarted: () => void;
}

/** Prints the chosen receipts, or all that match, as one PDF (PLT-15). Every one counts as printed. */
export function PrintReceipts({ chosen, filter, matching, onStarted }: PrintReceiptsProps) {
  const { modal } = App.useApp();
  const pdf = usePrintPdf(onStarted);
  const printAll = () =>
    modal.confirm({
      title: `打印全部 ${matching} 张收据？`,
      content: '打印为一个 PDF，每张计入一次打印；以前打印过的会标“补打”。已撤销的不打印。',
      okText: '打印',
      cancelText: '取消',
      onOk: () => pdf.mutateAsync({ type: 'receipt', filter: filterText(filter) }),
    });
  return (
    <Space>
      {chosen.length > 0 ? (
        <Button
          type="primary"
          icon={<PrinterOutlined />}
          loading={pdf.isPending}
          onClick={() => pdf.mutate({ type: 'receipt', ids: [...chosen] })}
        >
          打印所选 {chosen.length} 张
        </Button>
      ) : null}
      <Button icon={<PrinterOutlined />} disabled={matching === 0} loading={pdf.isPending} onClick={printAll}>
        打印全部匹配
      </Button>
    </Space>
  );
}

function filterText(filter: PrintReceiptsProps['filter']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([key, value]) =>
      value === undefined || key.startsWith('page') ? [] : [[key, String(value)]],
    ),
  );
}
