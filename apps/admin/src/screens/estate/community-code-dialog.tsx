import { communityPagePath, type ResourceRow } from '@anlin/contract';
import { Flex, Modal, Typography } from 'antd';
import { renderSVG } from 'uqr';
import { useSession } from '../../session/session-context.ts';

/** The code residents scan, to be printed and put up; it opens the page of the community (EST-1). */
export default function CommunityCodeDialog({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { company } = useSession();
  const address = new URL(communityPagePath(company.id, row.id), window.location.origin).href;
  const picture = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(renderSVG(address, { ecc: 'M', border: 2 }))}`;
  return (
    <Modal open footer={null} title={`${String(row.name)} · 小区码`} width={400} onCancel={onClose}>
      <Flex vertical align="center" gap={12}>
        <img src={picture} alt={`${String(row.name)}的小区码`} width={260} height={260} />
        <Typography.Text>扫码看到小区名称、服务电话和登记办法，不用登录</Typography.Text>
        <Typography.Link href={address} target="_blank" copyable={{ text: address }}>
          打开页面
        </Typography.Link>
        <Typography.Link href={picture} download={`${String(row.name)}小区码.svg`}>
          下载图片
        </Typography.Link>
      </Flex>
    </Modal>
  );
}
