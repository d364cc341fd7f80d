import { type ResourceDefinition, type ResourceRow, resourceEndpoints } from '@anlin/contract';
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { call, errorText } from '../api/api.ts';

/** Asks, naming what goes and how many, then deletes one after another; what cannot go is listed with its reason. */
export function useDeleteRows(definition: ResourceDefinition, onDeleted: () => void) {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const { label } = definition;
  const nameOf = (row: ResourceRow) => String(row[definition.titleField]);

  const remove = async (rows: readonly ResourceRow[]) => {
    const { remove: endpoint } = resourceEndpoints(definition);
    const kept: string[] = [];
    for (const row of rows) {
      try {
        await call(endpoint, { params: { id: row.id } });
      } catch (error) {
        kept.push(`${nameOf(row)}：${errorText(error)}`);
      }
    }
    await queries.invalidateQueries({ queryKey: [definition.name] });
    const deleted = rows.length - kept.length;
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

  return (rows: readonly ResourceRow[]) => {
    const first = rows[0];
    if (!first) return;
    const names = rows.slice(0, 3).map(nameOf).join('、');
    modal.confirm({
      title: rows.length === 1 ? `删除${label}“${nameOf(first)}”？` : `删除选中的 ${rows.length} 条${label}？`,
      content: rows.length === 1 ? '删除后不能恢复。' : `${names}${rows.length > 3 ? ' 等' : ''}。删除后不能恢复。`,
      okText: rows.length === 1 ? '删除' : `删除 ${rows.length} 条`,
      okButtonProps: { danger: true },
      onOk: () => remove(rows),
    });
  };
}
