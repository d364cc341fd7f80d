import type { EndpointReply, getOfficialMenu, OfficialMenuContent } from '@anlin/contract';
import { Button, Table } from 'antd';
import { instantText } from '../../resource-ui/index.ts';

type Publication = EndpointReply<typeof getOfficialMenu>['history'][number];

const kindLabels = { publish: '发布', sync: '从微信读回' } as const;

/** `缴费（物业缴费、缴费记录）　我的` */
const inWords = (menu: OfficialMenuContent) =>
  menu
    .map(({ name, entries }) =>
      entries.length === 0 ? name : `${name}（${entries.map((entry) => entry.name).join('、')}）`,
    )
    .join('　') || '（没有菜单）';

/** What was published and read back, newest first; one of them can become the draft again. */
export function MenuHistory(props: {
  history: readonly Publication[];
  onRestore: ((menu: OfficialMenuContent) => void) | undefined;
}) {
  const { history, onRestore } = props;
  return (
    <>
      <h3>发布记录</h3>
      <Table<Publication>
        size="small"
        rowKey="id"
        pagination={{ pageSize: 5, hideOnSinglePage: true, showSizeChanger: false }}
        dataSource={[...history]}
        locale={{ emptyText: '还没有发布过' }}
        columns={[
          { title: '时间', dataIndex: 'at', width: 140, render: instantText },
          { title: '', dataIndex: 'kind', width: 100, render: (kind: Publication['kind']) => kindLabels[kind] },
          { title: '菜单', dataIndex: 'menu', render: inWords },
          { title: '操作人', dataIndex: 'staffName', width: 80 },
          {
            title: '',
            width: 90,
            render: (_, row) =>
              onRestore ? (
                <Button type="link" size="small" onClick={() => onRestore(row.menu)}>
                  用作草稿
                </Button>
              ) : null,
          },
        ]}
      />
    </>
  );
}
