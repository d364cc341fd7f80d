import { ProblemError } from '@anlin/client';
import { isPendingApproval, type ResourceDefinition, type ResourceRow, resourceEndpoints } from '@anlin/contract';
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { call, errorText } from '../api/api.ts';

/** Asks, naming what goes and how many, then deletes one after another; what cannot go is listed with its reason. */
export function useDeleteRows(definition: ResourceDefinition, onDeleted: () => void) {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const { label } = definition;
  const nameOf = (row: ResourceRow) => String(row[definition.titleField]);

  const remove = async (rows: readonly ResourceRow[], reason?: string): Promise<void> => {
    const { remove: endpoint } = resourceEndpoints(definition);
    const kept: string[] = [];
    let asked = 0;
    for (const [place, row] of rows.entries()) {
      try {
        const reply = await call(endpoint, { params: { id: row.id }, query: { reason } });
        if (isPendingApproval(reply)) asked += 1;
      } catch (error) {
        if (reason === undefined && error instanceof ProblemError && error.code === 'approval.reasonRequired')
          return askFirst(rows.slice(place), errorText(error));
        kept.push(`${nameOf(row)}：${errorText(error)}`);
      }
    }
    await queries.invalidateQueries({ queryKey: [definition.name] });
    const deleted = rows.length - kept.length - asked;
    if (asked > 0) message.success((await import('./ask-reason.tsx')).askedText);
    if (asked > 0 && kept.length === 0) return;
    if (kept.length === 0) message.success(rows.length === 1 ? `${label}已删除` : `已删除 ${deleted} 条${label}`);
    else {
      modal.warning({
        title: deleted === 0 ? `${label}没有删除` : `已删除 ${deleted} 条，${kept.length} 条没有删除`,
        content: kept.slice(0, 10).join('\n') + (kept.length > 10 ? `\n……另有 ${kept.length - 10} 条` : ''),
        styles: { body: { whiteSpace: 'pre-wrap' } },
        okText: '知道了',
      });
    }
    if (deleted > 0) onDeleted();
  };

  // The company wants these deletions approved: why they are asked for is said once for all.
  const askFirst = async (rows: readonly ResourceRow[], explanation: string) => {
    const { askReason } = await import('./ask-reason.tsx');
    const reason = await askReason(modal, explanation);
    if (reason === null) await queries.invalidateQueries({ queryKey: [definition.name] });
    else await remove(rows, reason);
  };

  return (rows: readonly ResourceRow[]) => {
    const first = rows[0];
    if (!first) return;
    const names = rows.slice(0, 3).map(nameOf).join('、');
    modal.confirm({
      title: rows.length === 1 ? `删除${label}“${nameOf(first)}”？` : `删除选中的 ${rows.length} 条${label}？`,
      content: rows.length === 1 ? '删除后不能恢复。' : `${names}${rows.length > 3 ? ' 等' : ''}。删除后不能恢复。`,
      okText: rows.length === 1 ? '删除' : `删除 ${rows.length} 条`,
      okButtonProps: { danger: true },
      // Not waited for: a further question would stay behind this one.
      onOk: () => void remove(rows),
    });
  };
}
