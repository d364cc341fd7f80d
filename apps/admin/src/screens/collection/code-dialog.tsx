import type { CollectionSheet } from '@anlin/contract';
import { Alert, Button, Flex, Modal, Skeleton, Space, Typography } from 'antd';
import { errorText } from '../../api/api.ts';
import { addressOf, captionOf, pictureOf, pngOf } from './qr-picture.ts';
import { useSheets } from './use-sheets.ts';

interface CodeDialogProps {
  id: string;
  onPrint: () => void;
  onClose: () => void;
}

/** One code on the screen: to be scanned right here, saved, or printed. */
export default function CodeDialog({ id, onPrint, onClose }: CodeDialogProps) {
  const sheets = useSheets([id]);
  const sheet = sheets.data?.rows[0];
  return (
    <Modal open footer={null} title={sheet ? captionOf(sheet) : '收款码'} width={420} onCancel={onClose}>
      {sheets.error ? <Alert type="error" showIcon title={errorText(sheets.error)} /> : null}
      {sheet ? <Code sheet={sheet} onPrint={onPrint} /> : sheets.error ? null : <Skeleton active />}
    </Modal>
  );
}

function Code({ sheet, onPrint }: { sheet: CollectionSheet; onPrint: () => void }) {
  const address = addressOf(sheet);
  const save = (href: string, kind: string) => {
    const link = document.createElement('a');
    link.href = href;
    link.download = `${captionOf(sheet)}收款码.${kind}`;
    link.click();
  };
  return (
    <Flex vertical align="center" gap={12}>
      {sheet.isOn ? null : <Alert type="warning" showIcon title="这张码已停用，扫码会提示已失效" />}
      <img src={pictureOf(sheet)} alt={`${captionOf(sheet)}的收款码`} width={260} height={260} />
      <Typography.Text>用微信、支付宝或手机浏览器扫码缴费（第 {sheet.edition} 版）</Typography.Text>
      <Typography.Link href={address} target="_blank" copyable={{ text: address }}>
        打开页面
      </Typography.Link>
      <Space>
        <Button type="primary" onClick={onPrint}>
          打印
        </Button>
        <Button onClick={() => save(pngOf(sheet), 'png')}>保存 PNG</Button>
        <Button onClick={() => save(pictureOf(sheet), 'svg')}>保存 SVG</Button>
      </Space>
    </Flex>
  );
}
