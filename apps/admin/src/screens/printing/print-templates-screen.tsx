import {
  choosePrintTemplate,
  deletePrintTemplate,
  listPrintImages,
  listPrintTemplates,
  type PrintTemplateView,
  type PrintType,
  printPapers,
  printTypes,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Radio, Skeleton, Space, Table, type TableColumnsType, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { imageAddress } from '../../print/page-view.tsx';
import { instantText, PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import type { DesignedTemplate } from './template-designer.tsx';
import { UploadImage } from './upload-image.tsx';

const TemplateDesigner = lazy(() => import('./template-designer.tsx'));

const typeNames = Object.keys(printTypes) as PrintType[];

/** 打印模板: what receipts, notices and exit slips look like on paper, for the company and for each community (PLT-15). */
export default function PrintTemplatesScreen() {
  const { search, change } = useAddress();
  const { id: communityId, name: communityName } = useCommunity();
  const type = typeNames.find((one) => one === search.type) ?? 'receipt';
  const [copied, setCopied] = useState<DesignedTemplate>();
  const list = useQuery({
    queryKey: ['print', 'templates', type, communityId],
    queryFn: () => call(listPrintTemplates, { query: { type, communityId } }),
  });
  const opened = list.data?.rows.find((row) => row.ref === search.id);
  const designed = copied ?? (opened && !opened.isBuiltIn ? { ...opened, id: opened.ref } : undefined);
  const copy = (row: PrintTemplateView) =>
    setCopied({
      id: undefined,
      type,
      version: 0,
      content: row.content,
      communityId: communityId ?? null,
      name: freeName(`${communityId ? communityName : '公司'}${row.name}`, list.data?.rows ?? []),
    });
  const columns = useColumns({ open: (ref) => change({ id: ref }), copy });
  return (
    <PageFrame
      isFilling
      help="设计收据、催缴单、出门条的样子。没有另选时，先用小区的默认模板，再用公司的，最后用系统自带的。"
    >
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      {designed ? (
        <Suspense fallback={<Skeleton active />}>
          <TemplateDesigner
            key={`${designed.id} ${designed.version}`}
            template={designed}
            communityId={designed.communityId ?? communityId}
            onSaved={(id) => {
              setCopied(undefined);
              change({ id });
            }}
            onClose={() => {
              setCopied(undefined);
              change({ id: undefined });
            }}
          />
        </Suspense>
      ) : (
        <>
          <Space wrap style={{ marginBottom: 10, justifyContent: 'space-between' }}>
            <Radio.Group
              optionType="button"
              aria-label="模板类型"
              value={type}
              options={typeNames.map((value) => ({ value, label: printTypes[value].label }))}
              onChange={(event) => change({ type: event.target.value, id: undefined })}
            />
            <Seal communityId={communityId ?? null} />
          </Space>
          <Table<PrintTemplateView>
            size="small"
            rowKey="ref"
            loading={list.isPending}
            pagination={false}
            scroll={{ x: 860, y: 'calc(100vh - 300px)' }}
            dataSource={list.data?.rows ?? []}
            columns={columns}
          />
        </>
      )}
    </PageFrame>
  );
}

function freeName(wished: string, rows: readonly PrintTemplateView[]): string {
  const taken = new Set(rows.map((row) => row.name));
  let name = wished.slice(0, 56);
  for (let count = 2; taken.has(name); count += 1) name = `${wished.slice(0, 56)} ${count}`;
  return name;
}

function useColumns(acts: {
  open: (ref: string) => void;
  copy: (row: PrintTemplateView) => void;
}): TableColumnsType<PrintTemplateView> {
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const mayEdit = useCan()('printTemplate.edit');
  const act = useMutation({
    mutationFn: (one: { endpoint: typeof choosePrintTemplate | typeof deletePrintTemplate; id: string }) =>
      call(one.endpoint, { params: { id: one.id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['print'] }),
    onError: (error) => message.error(errorText(error)),
  });
  const remove = (row: PrintTemplateView) =>
    modal.confirm({
      title: `删除模板“${row.name}”？`,
      content: row.isDefault ? '它是默认模板，删除后改用公司的或系统自带的模板打印。' : '删除后不能恢复。',
      okText: '删除',
      okButtonProps: { danger: true },
      cancelText: '取消',
      onOk: () => act.mutateAsync({ endpoint: deletePrintTemplate, id: row.ref }),
    });
  return [
    {
      title: '模板',
      dataIndex: 'name',
      width: 220,
      render: (name: string, row) => (
        <Space size={6}>
          {row.isBuiltIn || !mayEdit ? (
            name
          ) : (
            <Button type="link" size="small" style={{ padding: 0 }} onClick={() => acts.open(row.ref)}>
              {name}
            </Button>
          )}
          {row.isDefault ? <Tag color="success">默认</Tag> : null}
        </Space>
      ),
    },
    {
      title: '用于',
      width: 140,
      render: (_, row) => (row.isBuiltIn ? <Tag>系统自带</Tag> : (row.communityName ?? '全部小区')),
    },
    { title: '纸张', width: 140, render: (_, row) => paperText(row) },
    {
      title: '版本',
      dataIndex: 'version',
      width: 70,
      align: 'right',
      render: (version: number, row) => (row.isBuiltIn ? '' : version),
    },
    {
      title: '最近保存',
      width: 190,
      render: (_, row) => (row.updatedAt ? `${instantText(row.updatedAt)} ${row.updatedBy}` : ''),
    },
    {
      title: '操作',
      width: 220,
      fixed: 'end',
      render: (_, row) =>
        mayEdit ? (
          <Space size={2}>
            {row.isBuiltIn ? null : (
              <Button type="link" size="small" onClick={() => acts.open(row.ref)}>
                设计
              </Button>
            )}
            <Button type="link" size="small" onClick={() => acts.copy(row)}>
              复制
            </Button>
            {row.isBuiltIn || row.isDefault ? null : (
              <Button
                type="link"
                size="small"
                onClick={() => act.mutate({ endpoint: choosePrintTemplate, id: row.ref })}
              >
                设为默认
              </Button>
            )}
            {row.isBuiltIn ? null : (
              <Button type="link" size="small" danger onClick={() => remove(row)}>
                删除
              </Button>
            )}
          </Space>
        ) : null,
    },
  ];
}

function paperText({ content }: PrintTemplateView): string {
  const { paper, orientation, ownWidthMm, ownHeightMm } = content;
  if (paper === 'own') return ownHeightMm === null ? `卷纸 ${ownWidthMm} 毫米` : `${ownWidthMm}×${ownHeightMm} 毫米`;
  return printPapers[paper].label + (orientation === 'landscape' ? ' 横向' : '');
}

/** The seal in force for the chosen community, and how to change it. */
function Seal({ communityId }: { communityId: string | null }) {
  const mayEdit = useCan()('printTemplate.edit');
  const { data } = useQuery({
    queryKey: ['print', 'images', communityId],
    queryFn: () => call(listPrintImages, { query: { communityId: communityId ?? undefined } }),
  });
  return (
    <Space>
      {data?.seal ? (
        <img alt="现用公章" src={imageAddress(data.seal.id)} style={{ height: 32 }} />
      ) : (
        <span className="muted">还没有公章</span>
      )}
      {mayEdit ? <UploadImage communityId={communityId} isSeal onAdded={() => {}} /> : null}
    </Space>
  );
}
