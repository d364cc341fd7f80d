import { ProblemError } from '@anlin/client';
import {
  type AttachedFile,
  addressChannels,
  deleteResident,
  eraseResident,
  exportResidentData,
  flattenRow,
  getResidentProfile,
  householdTypes,
  marriages,
  type OccupancyView,
  occupancyResource,
  occupancyRoles,
  politicsOptions,
  type ResidentProfile,
  type ResourceRow,
  residentResource,
  resourceEndpoints,
  sexes,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Descriptions, Dropdown, Empty, Flex, Skeleton, Space, Tag, Typography } from 'antd';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { isPicture } from '../../resource-ui/file-words.ts';
import { FilesDetail } from '../../resource-ui/files-cell.tsx';
import { type FormSection, useCompanyDefinition, useNoticeTask } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { openFile } from '../../tasks/open-file.ts';
import { IdCardDialog, MergeDialog } from './identity-dialogs.tsx';
import { IssueDialog } from './invitation-dialogs.tsx';
import { MoveInDialog } from './move-in-dialog.tsx';
import { MoveOutButton } from './move-out-button.tsx';
import { OccupancyDialog } from './occupancy-dialog.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { RevealText } from './reveal-text.tsx';
import { WecomDialog } from './wecom-dialog.tsx';

const ResourceForm = lazy(() => import('../../resource-ui/resource-form.tsx'));

const residentSections: readonly FormSection[] = [
  { title: '本人', keys: ['name', 'phone', 'sex', 'birthday', 'ethnicity', 'politics', 'marriage', 'householdType'] },
  { title: '联系与工作', keys: ['wechat', 'email', 'nativePlace', 'employer'] },
  { title: '紧急联系人', keys: ['emergencyName', 'emergencyPhone', 'emergencyRelation'], isTight: true },
  { title: '照片与文件', keys: ['photo', 'documents'] },
  { title: '其他', keys: ['tags', 'pets', 'note'] },
];

type Opened = 'edit' | 'idCard' | 'wecom' | 'merge' | 'moveIn' | 'delete' | 'erase';

interface ProfilePanelProps {
  residentId: string;
  communityId?: string | undefined;
  /** Stands on the person's own page, to which no button need lead. */
  isOnFilePage?: boolean;
}

/** All that is known of one person, with what may be done about it. Hidden parts are shown one by one, and audited. */
export default function ProfilePanel({ residentId, communityId, isOnFilePage = false }: ProfilePanelProps) {
  const can = useCan();
  const { go, change } = useAddress();
  const { message } = App.useApp();
  const noticeTask = useNoticeTask();
  const [opened, setOpened] = useState<Opened>();
  const [duplicateId, setDuplicateId] = useState<string>();
  const { data, error } = useQuery({
    queryKey: ['resident', 'profile', residentId],
    queryFn: ({ signal }) => call(getResidentProfile, { params: { id: residentId }, signal }),
  });
  const exporting = useMutation({
    mutationFn: () => call(exportResidentData, { params: { id: residentId }, body: {} }),
    onSuccess: () => {
      message.success('已开始导出，完成后可在右上角“任务与下载”里找到');
      noticeTask();
    },
    onError: (failure) => message.error(errorText(failure)),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active paragraph={{ rows: 8 }} />;
  const close = () => setOpened(undefined);
  const offerMerge = (otherId: string) => {
    setDuplicateId(otherId);
    setOpened('merge');
  };
  const leave = () => change({ id: undefined }, { replace: true });
  const mayChange = data.erasedAt === null;
  const more = [
    ...(can('resident.edit') ? [{ key: 'wecom', label: '登记企业微信' }] : []),
    ...(can('resident.reveal') ? [{ key: 'export', label: '导出全部个人信息' }] : []),
    ...(can('resident.delete')
      ? [
          { key: 'merge', label: '合并重复资料' },
          { key: 'delete', label: '删除', danger: true },
        ]
      : []),
    ...(can('resident.erase') ? [{ key: 'erase', label: '注销（清除个人信息）', danger: true }] : []),
  ];
  return (
    <Flex vertical gap={12}>
      <Flex justify="space-between" align="center" wrap>
        <Space>
          <Typography.Text strong style={{ fontSize: 16 }}>
            {data.name}
          </Typography.Text>
          {data.isPhoneVerified ? <Tag color="success">手机已验证</Tag> : null}
          {data.erasedAt ? <Tag>已注销</Tag> : null}
        </Space>
        <Space>
          {can('resident.edit') && mayChange ? (
            <>
              <Button onClick={() => setOpened('edit')}>修改资料</Button>
              <Button onClick={() => setOpened('idCard')}>{data.idCard === '' ? '登记证件' : '更正证件'}</Button>
              <Button onClick={() => setOpened('moveIn')}>迁入房屋</Button>
            </>
          ) : null}
          {isOnFilePage ? null : (
            <Button onClick={() => go('/estate/residents/file', { id: residentId })}>住户档案</Button>
          )}
          {more.length > 0 && mayChange ? (
            <Dropdown
              menu={{
                items: more,
                onClick: ({ key }) => (key === 'export' ? exporting.mutate() : setOpened(key as Opened)),
              }}
            >
              <Button>更多</Button>
            </Dropdown>
          ) : null}
        </Space>
      </Flex>
      <Facts profile={data} />
      <Typography.Title level={5} style={{ margin: 0 }}>
        入住
      </Typography.Title>
      <Stays profile={data} />
      {opened === 'edit' ? <EditForm residentId={residentId} onClose={close} onDuplicate={offerMerge} /> : null}
      {opened === 'idCard' ? <IdCardDialog profile={data} onClose={close} onDuplicate={offerMerge} /> : null}
      {opened === 'wecom' ? <WecomDialog profile={data} onClose={close} /> : null}
      {opened === 'merge' ? (
        <MergeDialog
          profile={data}
          otherId={duplicateId}
          onClose={() => {
            setDuplicateId(undefined);
            close();
          }}
        />
      ) : null}
      {opened === 'moveIn' ? (
        <MoveInDialog resident={{ id: residentId, name: data.name }} communityId={communityId} onClose={close} />
      ) : null}
      {opened === 'delete' ? (
        <ReasonDialog
          title={`删除“${data.name}”的资料和 ${data.occupancies.length} 条入住记录？`}
          okText="删除"
          done="已删除"
          act={(reason) => call(deleteResident, { params: { id: residentId }, body: { reason } })}
          onClose={(isDone) => {
            close();
            if (isDone) leave();
          }}
        >
          <p>只用于登记错的资料，删除后不能恢复。住过的房屋已有账单的不能删除，请改为迁出。</p>
        </ReasonDialog>
      ) : null}
      {opened === 'erase' ? (
        <ReasonDialog
          title={`注销“${data.name}”，清除全部个人信息？`}
          okText="注销"
          done="已注销，个人信息已清除"
          act={(reason) => call(eraseResident, { params: { id: residentId }, body: { reason } })}
          onClose={close}
        >
          <p>
            姓名、电话、证件号等全部清除，<b>不能恢复</b>
            。账单和收据按会计法保留在房屋名下。须先迁出全部房屋并结清欠费。如本人要求，请先导出其个人信息。
          </p>
        </ReasonDialog>
      ) : null}
    </Flex>
  );
}

function Facts({ profile }: { profile: ResidentProfile }) {
  const { id } = profile;
  const emergency = [profile.emergencyName, profile.emergencyRelation && `（${profile.emergencyRelation}）`].join('');
  const facts: [string, ReactNode, number?][] = [
    ['手机号', profile.phone ? <RevealText key={profile.version} residentId={id} masked={profile.phone} /> : '未登记'],
    [
      '身份证号',
      profile.idCard ? (
        <RevealText key={profile.version} residentId={id} masked={profile.idCard} part="idCard" />
      ) : (
        '未登记'
      ),
    ],
    ['性别', profile.sex ? sexes[profile.sex] : ''],
    ['出生日期', profile.birthday],
    ['民族', profile.ethnicity],
    ['政治面貌', profile.politics ? politicsOptions[profile.politics] : ''],
    ['婚姻状况', profile.marriage ? marriages[profile.marriage] : ''],
    ['户籍类型', profile.householdType ? householdTypes[profile.householdType] : ''],
    ['籍贯', profile.nativePlace],
    ['工作单位', profile.employer],
    ['紧急联系人', emergency],
    [
      '紧急联系电话',
      profile.emergencyPhone ? (
        <RevealText key={profile.version} residentId={id} masked={profile.emergencyPhone} part="emergency" />
      ) : null,
    ],
    ['微信号', profile.wechat],
    ['电子邮箱', profile.email],
    ['消息渠道', profile.addresses.map(({ channel, masked }) => `${addressChannels[channel]} ${masked}`).join('，'), 2],
    ['宠物', profile.pets, 2],
    ['备注', profile.note, 2],
    ['照片', profile.photo.length > 0 ? <FilesDetail key="photo" files={profile.photo} /> : null],
    ['证件与文件', profile.documents.length > 0 ? <Documents key="documents" files={profile.documents} /> : null],
    ...profile.ownFields.map(({ label, text }): [string, ReactNode] => [label, text]),
    [
      '标签',
      profile.tags.length === 0
        ? ''
        : profile.tags.map((tag) => (
            <Tag key={tag.id} color={tag.color}>
              {tag.name}
            </Tag>
          )),
      2,
    ],
  ];
  return (
    <Descriptions
      bordered
      size="small"
      column={2}
      styles={{ label: { width: 110 } }}
      items={facts.map(([label, children, span]) => ({
        key: label,
        label,
        children: children || '—',
        ...(span === undefined ? {} : { span }),
      }))}
    />
  );
}

/** Names; whoever may see id cards opens them, each time audited. */
function Documents({ files }: { files: readonly AttachedFile[] }) {
  const isOpen = useCan()('resident.reveal');
  const { message } = App.useApp();
  const open = (file: AttachedFile) =>
    openFile(file.id, isPicture(file)).catch((error) => message.error(errorText(error)));
  return (
    <Flex vertical align="start" gap={2}>
      {files.map((file) =>
        isOpen ? (
          <Button key={file.id} type="link" size="small" style={{ paddingInline: 0 }} onClick={() => void open(file)}>
            {file.name}
          </Button>
        ) : (
          <span key={file.id}>{file.name}</span>
        ),
      )}
    </Flex>
  );
}

function Stays({ profile }: { profile: ResidentProfile }) {
  const can = useCan();
  const [editing, setEditing] = useState<OccupancyView>();
  const [inviting, setInviting] = useState<OccupancyView>();
  if (profile.occupancies.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="没有入住记录" />;
  }
  return (
    <Flex vertical gap={8}>
      {profile.occupancies.map((stay) => (
        <Flex key={stay.id} justify="space-between" align="center" gap={12}>
          <Space wrap>
            <Typography.Text strong={stay.movedOutOn === null}>{stay.houseLabel}</Typography.Text>
            <Typography.Text type="secondary">{stay.communityLabel}</Typography.Text>
            <Tag variant="filled">{occupancyRoles[stay.role]}</Tag>
            <Typography.Text type="secondary">
              {stay.movedInOn} 迁入
              {stay.movedOutOn ? `，${stay.movedOutOn} 迁出` : stay.validUntil ? `，有效期至 ${stay.validUntil}` : ''}
            </Typography.Text>
          </Space>
          {stay.movedOutOn === null && can('resident.edit') ? (
            <Space size={4}>
              {stay.role === 'owner' ? (
                <Button size="small" onClick={() => setInviting(stay)}>
                  邀请
                </Button>
              ) : null}
              <Button size="small" onClick={() => setEditing(stay)}>
                改身份
              </Button>
              <MoveOutButton stays={[stay]} />
            </Space>
          ) : null}
        </Flex>
      ))}
      {editing ? <OccupancyDialog stay={editing} onClose={() => setEditing(undefined)} /> : null}
      {inviting ? <IssueDialog stay={inviting} onClose={() => setInviting(undefined)} /> : null}
    </Flex>
  );
}

interface EditFormProps {
  residentId: string;
  onClose: () => void;
  onDuplicate: (otherId: string) => void;
}

/** The form of the definition. A phone that belongs to another record leads to merging the two. */
function EditForm({ residentId, onClose, onDuplicate }: EditFormProps) {
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const { definition } = useCompanyDefinition(residentResource);
  const can = useCan();
  const { data } = useQuery({
    queryKey: ['resident', 'one', residentId],
    queryFn: async ({ signal }) =>
      flattenRow(
        (await call(resourceEndpoints(residentResource).get, { params: { id: residentId }, signal })) as ResourceRow,
      ),
    staleTime: 0,
  });
  if (!data || !definition) return null;
  // The list shows stays, whose people have changed.
  const saved = async () => {
    await queries.invalidateQueries({ queryKey: [occupancyResource.name] });
    onClose();
  };
  const refused = (error: unknown) => {
    const otherId = duplicateOf(error);
    if (otherId === undefined || !can('resident.delete')) return;
    modal.confirm({
      title: '是同一个人吗？',
      content: errorText(error),
      okText: '合并两份资料',
      cancelText: '不是同一个人',
      onOk: () => onDuplicate(otherId),
    });
  };
  return (
    <Suspense>
      <ResourceForm
        definition={definition}
        row={data}
        sections={residentSections}
        onClose={onClose}
        onSaved={saved}
        onRefused={refused}
      />
    </Suspense>
  );
}

/** The other record that has this phone or id card, where the refusal names one. */
function duplicateOf(error: unknown): string | undefined {
  return error instanceof ProblemError && typeof error.params.otherId === 'string' ? error.params.otherId : undefined;
}
