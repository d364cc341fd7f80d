import {
  arrearsStages,
  type DunningSelection,
  dunningHouseholdResource,
  dunningMonthStates,
  type ResourceRow,
} from '@anlin/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown, Skeleton, Space, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { type ListConditions, ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { HoldingTabs } from '../cashier/holding-tabs.tsx';
import { dunningLists } from './dunning-tabs.ts';

// What waits behind a click comes with it.
const SendDunningDialog = lazy(() => import('./send-dunning-dialog.tsx'));
const PrintLettersDialog = lazy(() => import('./print-letters-dialog.tsx'));
const NoteCallDialog = lazy(() => import('./note-call-dialog.tsx'));
const DunningSettingDrawer = lazy(() => import('./dunning-setting-drawer.tsx'));
const DunningPlansDrawer = lazy(() => import('./dunning-plans-drawer.tsx'));
const DunningHistory = lazy(() => import('./dunning-history.tsx'));

const stageColors: Readonly<Record<string, string>> = {
  overdue: 'gold',
  first: 'orange',
  second: 'volcano',
  third: 'red',
};
const stateColors: Readonly<Record<string, string>> = {
  sending: 'processing',
  delivered: 'blue',
  read: 'green',
  failed: 'red',
};

type Doing =
  | { what: 'send'; selection: DunningSelection; clear: () => void }
  | { what: 'print'; ids: readonly string[]; clear: () => void }
  | { what: 'call'; row: ResourceRow }
  | { what: 'plans' }
  | { what: 'setting' };

/** PAY-6: who owes, how far each was asked this month, and asking them. */
export default function DunningScreen() {
  const can = useCan();
  const queries = useQueryClient();
  const [doing, setDoing] = useState<Doing>();
  const maySend = can('dunning.send');
  const mayPrint = can('bill.printNotice') && can('printTemplate.view');
  const close = (isDone: boolean) => {
    if (isDone && doing && 'clear' in doing) doing.clear();
    if (isDone) void queries.invalidateQueries({ queryKey: [dunningHouseholdResource.name] });
    setDoing(undefined);
  };
  const send = (selection: DunningSelection, clear = () => {}) => setDoing({ what: 'send', selection, clear });
  return (
    <>
      <ResourcePage
        definition={dunningHouseholdResource}
        tabs={<HoldingTabs label="催缴" lists={dunningLists} />}
        help="有未缴账单的每户一行，车位、车辆随房屋。微信、短信各列是本月的情况。导出即电话清单。"
        searchHint="房号、业主姓名"
        emptyHint="没有欠费的房屋、车位和车辆"
        columns={{
          stage: {
            render: ({ stage }) => (
              <Tag color={stageColors[String(stage)] ?? ''}>{arrearsStages[stage as keyof typeof arrearsStages]}</Tag>
            ),
          },
          wechatState: { render: ({ wechatState }) => <MonthState state={wechatState} /> },
          smsState: { render: ({ smsState }) => <MonthState state={smsState} /> },
          wecomState: { render: ({ wecomState }) => <MonthState state={wecomState} /> },
        }}
        toolbar={() => (
          <>
            <Button onClick={() => setDoing({ what: 'plans' })}>催缴计划</Button>
            <Button onClick={() => setDoing({ what: 'setting' })}>设置与短信余量</Button>
          </>
        )}
        matchActions={(conditions, total) =>
          total > 0 ? (
            <Space>
              {maySend ? (
                <Button size="small" type="primary" onClick={() => send({ by: 'list', list: listOf(conditions) })}>
                  全部发送催缴
                </Button>
              ) : null}
              {mayPrint ? (
                <Button size="small" onClick={() => setDoing({ what: 'print', ids: [], clear: () => {} })}>
                  打印催缴单、函件
                </Button>
              ) : null}
            </Space>
          ) : null
        }
        {...(maySend || mayPrint
          ? {
              batchActions: (rows: readonly ResourceRow[], clear: () => void) => (
                <Space>
                  {maySend ? (
                    <Button
                      size="small"
                      type="primary"
                      onClick={() => send({ by: 'houses', ids: rows.map((row) => row.id) }, clear)}
                    >
                      发送催缴
                    </Button>
                  ) : null}
                  {mayPrint ? (
                    <Button
                      size="small"
                      onClick={() => setDoing({ what: 'print', ids: rows.map((row) => row.id), clear })}
                    >
                      打印催缴单、函件
                    </Button>
                  ) : null}
                </Space>
              ),
            }
          : {})}
        {...(maySend
          ? {
              rowActions: (row: ResourceRow, place: 'list' | 'detail') => (
                <RowActions
                  place={place}
                  onSend={() => send({ by: 'houses', ids: [row.id] })}
                  onCall={() => setDoing({ what: 'call', row })}
                />
              ),
            }
          : {})}
        detail={[
          {
            key: 'history',
            label: '催缴经过',
            render: (row) => (
              <Suspense fallback={<Skeleton active />}>
                <DunningHistory targetId={row.id} />
              </Suspense>
            ),
          },
        ]}
      />
      <Suspense>
        {doing?.what === 'send' ? <SendDunningDialog selection={doing.selection} onClose={close} /> : null}
        {doing?.what === 'print' ? <PrintLettersDialog ids={doing.ids} onClose={close} /> : null}
        {doing?.what === 'call' ? <NoteCallDialog row={doing.row} onClose={close} /> : null}
        {doing?.what === 'plans' ? <DunningPlansDrawer onClose={() => close(false)} /> : null}
        {doing?.what === 'setting' ? <DunningSettingDrawer onClose={close} /> : null}
      </Suspense>
    </>
  );
}

interface RowActionsProps {
  place: 'list' | 'detail';
  onSend: () => void;
  onCall: () => void;
}

function RowActions({ place, onSend, onCall }: RowActionsProps) {
  const acts: Readonly<Record<string, () => void>> = { send: onSend, call: onCall };
  if (place === 'detail')
    return (
      <Space>
        <Button type="primary" onClick={onSend}>
          发送催缴
        </Button>
        <Button onClick={onCall}>登记电话</Button>
      </Space>
    );
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'send', label: '发送催缴' },
          { key: 'call', label: '登记电话' },
        ],
        onClick: ({ key, domEvent }) => {
          // The menu is drawn elsewhere, but its clicks reach the row, which would open.
          domEvent.stopPropagation();
          acts[key]?.();
        },
      }}
    >
      <Button type="link" size="small">
        操作
      </Button>
    </Dropdown>
  );
}

function MonthState({ state }: { state: unknown }) {
  const key = String(state) as keyof typeof dunningMonthStates;
  if (key === 'none') return <span className="muted">{dunningMonthStates.none}</span>;
  return <Tag color={stateColors[key] ?? ''}>{dunningMonthStates[key]}</Tag>;
}

function listOf({ communityId, q, filter }: ListConditions): NonNullable<DunningSelection['list']> {
  return { ...(communityId ? { communityId } : {}), ...(q ? { q } : {}), ...(filter ? { filter } : {}) };
}
