import {
  absentResidentResource,
  moveInRecordResource,
  moveOutRecordResource,
  occupancyResource,
  type ResourceRow,
  residentDeletionResource,
  residentInvitationResource,
  residentResource,
} from '@anlin/contract';
import { ImportOutlined, PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Skeleton, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { ResourcePage, TagRowsButton, taggingOf, useCompanyDefinition } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { ListTabs, type ResidentTab, residentTabs } from './list-tabs.tsx';
import { MoveOutButton } from './move-out-button.tsx';
import { RevealText } from './reveal-text.tsx';

const HouseTree = lazy(() => import('./place-tree.tsx'));
const ProfilePanel = lazy(() => import('./profile-panel.tsx'));
const BatchEditDrawer = lazy(() => import('../../resource-ui/batch-edit-drawer.tsx'));
const FileTimeline = lazy(() => import('./file-timeline.tsx'));
const MoveInDialog = lazy(() => import('./move-in-dialog.tsx').then((module) => ({ default: module.MoveInDialog })));
const SubmitApplication = lazy(() => import('./application-dialogs.tsx').then((m) => ({ default: m.SubmitDialog })));
const AcceptInvitation = lazy(() => import('./invitation-dialogs.tsx').then((m) => ({ default: m.AcceptDialog })));
const RevokeInvitation = lazy(() => import('./invitation-dialogs.tsx').then((m) => ({ default: m.RevokeButton })));

/** Who lives where, who asks to, who did (EST-7). The address holds which list is shown. */
export default function ResidentScreen() {
  const { search } = useAddress();
  const tab = search.tab !== undefined && search.tab in residentTabs ? (search.tab as ResidentTab) : 'current';
  const tabs = <ListTabs tab={tab} />;
  switch (tab) {
    case 'absent':
      return <AbsentList key={tab} tabs={tabs} />;
    case 'moveIn':
      return (
        <ResourcePage
          key={tab}
          definition={moveInRecordResource}
          tabs={tabs}
          help="每一次入住：谁、哪套房、怎样入住、由谁登记。"
          searchHint="姓名、房号"
        />
      );
    case 'moveOut':
      return (
        <ResourcePage
          key={tab}
          definition={moveOutRecordResource}
          tabs={tabs}
          help="每一次迁出，包括有效期满自动迁出的。"
          searchHint="姓名、房号"
        />
      );
    case 'invitations':
      return <InvitationList key={tab} tabs={tabs} />;
    case 'deletions':
      return (
        <ResourcePage
          key={tab}
          definition={residentDeletionResource}
          tabs={tabs}
          help="删除、合并和注销的记录。不保存个人信息。"
          searchHint="房号、经办人"
        />
      );
    default:
      return <CurrentList key={tab} tabs={tabs} />;
  }
}

/** Somebody who lives in two houses has two rows. */
const peopleOf = (rows: readonly ResourceRow[]) => [...new Set(rows.map((row) => String(row.residentId)))];

const stayOf = (row: ResourceRow) => ({ id: row.id, name: String(row.name), houseLabel: String(row.houseIdLabel) });

function CurrentList({ tabs }: { tabs: React.ReactNode }) {
  const can = useCan();
  const { id: communityId } = useCommunity();
  const { go, change, search } = useAddress();
  // Whoever has moved out is no longer in this list.
  const closeDrawer = () => change({ id: undefined }, { replace: true });
  const queries = useQueryClient();
  const [isMovingIn, setMovingIn] = useState(false);
  const [batch, setBatch] = useState<{ ids: readonly string[]; clear: () => void }>();
  const person = useCompanyDefinition(residentResource);
  const tagging = taggingOf(occupancyResource, '位住户', can('resident.edit'));
  const openHouse = (row: ResourceRow) => go('/estate/houses', { community: row.communityId, id: String(row.houseId) });
  return (
    <>
      <ResourcePage
        definition={occupancyResource}
        tabs={tabs}
        help="在住的人。电话和证件号默认隐去，点眼睛查看会记入操作日志。"
        searchHint="姓名、拼音、电话尾号、证件号、房号"
        emptyHint="还没有住户。点“迁入”登记，或从表格导入"
        columns={{
          phone: {
            width: 160,
            render: (row) => <RevealText key={row.id} residentId={String(row.residentId)} masked={String(row.phone)} />,
          },
          houseId: {
            render: (row) => (
              <Button type="link" size="small" style={{ padding: 0 }} onClick={() => openHouse(row)}>
                {String(row.houseIdLabel)}
              </Button>
            ),
          },
          validUntil: { render: (row) => (row.validUntil ? String(row.validUntil) : '长期') },
        }}
        sideTree={({ state, setState }) => (
          <Suspense fallback={<Skeleton active title={false} paragraph={{ rows: 6 }} />}>
            <HouseTree state={state} setState={setState} />
          </Suspense>
        )}
        toolbar={() => (
          <>
            {can('resident.edit') ? (
              <Button type="primary" icon={<PlusOutlined />} onClick={() => setMovingIn(true)}>
                迁入
              </Button>
            ) : null}
            {can('resident.import') ? (
              <Button
                icon={<ImportOutlined />}
                onClick={() => go('/estate/residents/import', { community: search.community })}
              >
                导入
              </Button>
            ) : null}
          </>
        )}
        rowActions={(row, place) => (
          <MoveOutButton
            stays={[stayOf(row)]}
            look={place === 'list' ? { type: 'link', size: 'small' } : {}}
            onDone={closeDrawer}
          />
        )}
        matchActions={tagging.matchActions}
        batchActions={(rows, clear) => (
          <>
            <MoveOutButton stays={rows.map(stayOf)} onDone={clear} />
            {can('resident.edit') ? (
              <>
                <TagRowsButton
                  definition={occupancyResource}
                  chosen={{ ids: rows.map(({ id }) => id) }}
                  count={peopleOf(rows).length}
                  noun="位住户"
                  onDone={clear}
                />
                <Button size="small" onClick={() => setBatch({ ids: peopleOf(rows), clear })}>
                  批量修改
                </Button>
              </>
            ) : null}
          </>
        )}
        detail={[
          {
            key: 'person',
            label: '个人资料',
            render: (row) => (
              <Suspense fallback={<Skeleton active />}>
                <ProfilePanel residentId={String(row.residentId)} communityId={row.communityId} />
              </Suspense>
            ),
          },
          {
            key: 'file',
            label: '全部档案',
            render: (row) => (
              <Suspense fallback={<Skeleton active />}>
                <FileTimeline of={{ residentId: String(row.residentId) }} />
              </Suspense>
            ),
          },
        ]}
      />
      {batch && person.definition ? (
        <Suspense>
          <BatchEditDrawer
            definition={person.definition}
            chosen={{ ids: batch.ids }}
            communityId={communityId}
            onClose={() => setBatch(undefined)}
            onDone={async () => {
              setBatch(undefined);
              batch.clear();
              await queries.invalidateQueries({ queryKey: [occupancyResource.name] });
            }}
          />
        </Suspense>
      ) : null}
      {isMovingIn ? (
        <Suspense>
          <MoveInDialog communityId={communityId} onClose={() => setMovingIn(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function AbsentList({ tabs }: { tabs: React.ReactNode }) {
  const can = useCan();
  const { go } = useAddress();
  const [isSubmitting, setSubmitting] = useState(false);
  return (
    <>
      <ResourcePage
        definition={absentResidentResource}
        tabs={tabs}
        help="等待审核、被拒绝和已经迁出的人。"
        searchHint="姓名、电话后四位、房号"
        emptyHint="没有等待审核或已迁出的人"
        columns={{
          phone: {
            render: (row) =>
              row.record === 'resident' ? (
                <RevealText key={row.id} residentId={row.id} masked={String(row.phone)} />
              ) : (
                String(row.phone)
              ),
          },
        }}
        toolbar={() => (can('resident.edit') ? <Button onClick={() => setSubmitting(true)}>代住户提交</Button> : null)}
        rowActions={(row) => (
          <Button
            type="link"
            size="small"
            onClick={() =>
              row.record === 'resident'
                ? go('/estate/residents/file', { id: row.id })
                : go('/estate/move-in-applications', { community: row.communityId, id: row.id })
            }
          >
            {row.record === 'resident' ? '档案' : '去审核'}
          </Button>
        )}
      />
      {isSubmitting ? (
        <Suspense>
          <SubmitApplication onClose={() => setSubmitting(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function InvitationList({ tabs }: { tabs: React.ReactNode }) {
  const can = useCan();
  const [isAccepting, setAccepting] = useState(false);
  return (
    <>
      <ResourcePage
        definition={residentInvitationResource}
        tabs={tabs}
        help="业主发出的邀请。凭邀请码入住无需审核，每个码只能用一次。在业主的个人资料里发出邀请。"
        searchHint="邀请码、邀请人、受邀人、房号"
        emptyHint="还没有邀请。打开业主的个人资料，在其房屋旁点“邀请”"
        toolbar={() => (can('resident.edit') ? <Button onClick={() => setAccepting(true)}>凭邀请码入住</Button> : null)}
        rowActions={(row) => (
          <Space size={0}>
            {row.state === 'open' && can('resident.edit') ? (
              <Suspense>
                <RevokeInvitation id={row.id} code={String(row.code)} />
              </Suspense>
            ) : null}
          </Space>
        )}
      />
      {isAccepting ? (
        <Suspense>
          <AcceptInvitation onClose={() => setAccepting(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
