import { findPrintDocuments, type PrintTemplateContent, type PrintType, previewPrint } from '@anlin/contract';
import { checkTemplate, exampleDocument, layoutDocument } from '@anlin/print-layout';
import { useQuery } from '@tanstack/react-query';
import { Alert, Select } from 'antd';
import { useMemo, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { PageView } from '../../print/page-view.tsx';
import styles from './designer.module.css';

interface DesignPreviewProps {
  type: PrintType;
  communityId: string | undefined;
  content: PrintTemplateContent;
}

/** The template as it prints, on a real document that is searched for, or on an example. */
export function DesignPreview({ type, communityId, content }: DesignPreviewProps) {
  const [q, setQ] = useState('');
  const [id, setId] = useState<string>();
  const found = useQuery({
    queryKey: ['print', 'find', type, communityId, q],
    queryFn: () => call(findPrintDocuments, { query: { type, communityId, q } }),
    enabled: type !== 'exitSlip',
    retry: false,
  });
  const chosen = useQuery({
    queryKey: ['print', 'preview', type, id],
    queryFn: () => call(previewPrint, { body: { type, id: id ?? '' } }),
    enabled: id !== undefined,
  });
  const document = chosen.data?.documents[0];
  const layout = useMemo(() => {
    if (checkTemplate(type, content).length > 0) return undefined;
    return layoutDocument(type, content, document ?? exampleDocument(type));
  }, [type, content, document]);
  const error = found.error ?? chosen.error;
  return (
    <div className={styles.preview}>
      {type === 'exitSlip' ? (
        <p className="muted">出门条在打印时填写，这里显示示例。</p>
      ) : (
        <Select
          allowClear
          showSearch={{ filterOption: false, onSearch: setQ }}
          aria-label="预览的单据"
          placeholder={type === 'receipt' ? '示例；可按收据号、付款人、房号查找' : '示例；可按房号、姓名查找'}
          style={{ width: 420, maxWidth: '100%', marginBottom: 12 }}
          value={id}
          options={(found.data?.rows ?? []).map((row) => ({ value: row.id, label: row.label }))}
          onChange={(next: string | undefined) => setId(next)}
        />
      )}
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {layout ? (
        layout.pages.map((page, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pages have no identity but their order.
          <PageView key={index} page={page} label={`预览第 ${index + 1} 页`} />
        ))
      ) : (
        <Alert type="warning" showIcon title="模板还有不对的地方，改好后才能预览。请看右侧的提示" />
      )}
    </div>
  );
}
