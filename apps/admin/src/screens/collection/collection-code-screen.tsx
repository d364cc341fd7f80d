import {
  collectionCodeResource,
  collectionCodeStates,
  type ResourceRow,
  renewCollectionCodes,
  switchCollectionCodes,
} from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Space, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';

const CodeDialog = lazy(() => import('./code-dialog.tsx'));
const PrintCodesDialog = lazy(() => import('./print-codes-dialog.tsx'));
const CodeFormDialog = lazy(() => import('./code-form-dialog.tsx'));
const DoorCodesDialog = lazy(() => import('./door-codes-dialog.tsx'));
const CollectionSettingDrawer = lazy(() => import('./collection-setting-drawer.tsx'));

type Doing =
  | { what: 'show'; id: string }
  | { what: 'print'; ids: readonly string[] }
  | { what: 'form'; row: ResourceRow | undefined }
  | { what: 'doors' }
  | { what: 'setting' };

/** 收款码: codes of communities and on doors. */
export default function CollectionCodeScreen() {
  const mayEdit = useCan()('collectionCode.edit');
  const { id: communityId } = useCommunity();
  const change = useCodeChange();
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const rowActions = (row: ResourceRow, place: 'list' | 'detail') => {
    const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
    return (
      <Space size={place === 'list' ? 0 : 8}>
        <Button {...look} onClick={() => setDoing({ what: 'show', id: row.id })}>
          查看
        </Button>
        <Button {...look} onClick={() => setDoing({ what: 'print', ids: [row.id] })}>
          打印
        </Button>
        {mayEdit ? (
          <Button {...look} onClick={() => setDoing({ what: 'form', row })}>
            修改
          </Button>
        ) : null}
      </Space>
    );
  };
  return (
    <>
      <ResourcePage
        definition={collectionCodeResource}
        help="贴在服务中心、大堂或门口，住户用微信、支付宝扫码缴费。换新后原来贴的立即失效。"
        searchHint="名称、房号、车位号"
        emptyHint="还没有收款码。先“新增收款码”贴在服务中心，或“生成门牌码”给每户一张"
        columns={{
          state: {
            render: ({ state }) => (
              <Tag color={state === 'on' ? 'green' : 'default'}>
                {collectionCodeStates[state as keyof typeof collectionCodeStates]}
              </Tag>
            ),
          },
        }}
        toolbar={() =>
          mayEdit ? (
            <>
              <Button type="primary" onClick={() => setDoing({ what: 'form', row: undefined })}>
                新增收款码
              </Button>
              <Button onClick={() => setDoing({ what: 'doors' })}>生成门牌码</Button>
              <Button onClick={() => setDoing({ what: 'setting' })}>设置</Button>
            </>
          ) : null
        }
        batchActions={(rows, clear) => {
          const ids = rows.map((row) => row.id);
          return (
            <Space>
              <Button size="small" type="primary" onClick={() => setDoing({ what: 'print', ids })}>
                打印
              </Button>
              {mayEdit ? (
                <>
                  <Button size="small" danger onClick={() => change.renew(ids, clear)}>
                    换新
                  </Button>
                  <Button size="small" danger onClick={() => change.turn(ids, false, clear)}>
                    停用
                  </Button>
                  <Button size="small" onClick={() => change.turn(ids, true, clear)}>
                    启用
                  </Button>
                </>
              ) : null}
            </Space>
          );
        }}
        rowActions={rowActions}
        actionsWidth={170}
      />
      <Suspense>
        {doing?.what === 'show' ? (
          <CodeDialog id={doing.id} onPrint={() => setDoing({ what: 'print', ids: [doing.id] })} onClose={close} />
        ) : null}
        {doing?.what === 'print' ? <PrintCodesDialog ids={doing.ids} onClose={close} /> : null}
        {doing?.what === 'form' ? (
          <CodeFormDialog
            row={doing.row}
            communityId={communityId}
            onClose={(id) => (id ? setDoing({ what: 'show', id }) : close())}
          />
        ) : null}
        {doing?.what === 'doors' ? <DoorCodesDialog communityId={communityId} onClose={close} /> : null}
        {doing?.what === 'setting' ? <CollectionSettingDrawer communityId={communityId} onClose={close} /> : null}
      </Suspense>
    </>
  );
}

/** Renewing and stopping, which name what will happen and to how many. */
function useCodeChange() {
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const done = async (text: string, clear: () => void) => {
    message.success(text);
    clear();
    await queries.invalidateQueries({ queryKey: [collectionCodeResource.name] });
  };
  const failed = (error: unknown) => void message.error(errorText(error));
  const renewing = useMutation({
    mutationFn: (ids: string[]) => call(renewCollectionCodes, { body: { ids } }),
    onError: failed,
  });
  const turning = useMutation({
    mutationFn: (body: { ids: string[]; isOn: boolean }) => call(switchCollectionCodes, { body }),
    onError: failed,
  });
  return {
    renew: (ids: string[], clear: () => void) =>
      void modal.confirm({
        title: `换新 ${ids.length} 张收款码？`,
        content: '已经贴出去的立即失效，扫码会提示换新。换新后请重新打印张贴。',
        okText: '换新',
        cancelText: '取消',
        okButtonProps: { danger: true },
        onOk: async () => {
          const { count } = await renewing.mutateAsync(ids);
          await done(`已换新 ${count} 张，请重新打印`, clear);
        },
      }),
    turn: (ids: string[], isOn: boolean, clear: () => void) =>
      void modal.confirm({
        title: isOn ? `启用 ${ids.length} 张收款码？` : `停用 ${ids.length} 张收款码？`,
        content: isOn ? '已经贴出去的恢复使用。' : '扫码会提示已失效；以后可以再启用，不用重印。',
        okText: isOn ? '启用' : '停用',
        cancelText: '取消',
        okButtonProps: { danger: !isOn },
        onOk: async () => {
          const { count } = await turning.mutateAsync({ ids, isOn });
          await done(`已${isOn ? '启用' : '停用'} ${count} 张`, clear);
        },
      }),
  };
}
