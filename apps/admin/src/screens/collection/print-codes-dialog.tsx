import { collectionCodeResource, readCollectionSheets } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Modal, Radio, Skeleton } from 'antd';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { call, errorText } from '../../api/api.ts';
import { type CodePaper, CodeSheets, codePapers } from './code-sheets.tsx';
import { useSheets } from './use-sheets.ts';

/** Codes on paper: posters for walls and counters, labels for doors. */
export default function PrintCodesDialog({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const queries = useQueryClient();
  const sheets = useSheets(ids);
  const [paper, setPaper] = useState<CodePaper>(ids.length > 1 ? 'labels' : 'a4');
  const rows = sheets.data?.rows ?? [];
  const stopped = rows.filter((sheet) => !sheet.isOn).length;
  const print = useMutation({
    mutationFn: () => call(readCollectionSheets, { body: { ids: [...ids], isPrinted: true } }),
    onSuccess() {
      window.print();
      void queries.invalidateQueries({ queryKey: [collectionCodeResource.name, 'list'] });
      onClose();
    },
  });
  const error = sheets.error ?? print.error;
  return (
    <>
      <Modal
        open
        title={`打印 ${ids.length} 张收款码`}
        onCancel={onClose}
        footer={[
          <Button key="close" onClick={onClose}>
            关闭
          </Button>,
          <Button
            key="print"
            type="primary"
            disabled={rows.length === 0}
            loading={print.isPending}
            onClick={() => print.mutate()}
          >
            打印
          </Button>,
        ]}
      >
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        <p>
          <Radio.Group
            aria-label="纸张"
            value={paper}
            onChange={(event) => setPaper(event.target.value as CodePaper)}
            options={Object.entries(codePapers).map(([value, label]) => ({ value, label }))}
          />
        </p>
        {rows.length === 0 && !error ? <Skeleton active /> : null}
        {stopped > 0 ? <Alert type="warning" showIcon title={`其中 ${stopped} 张已停用，扫码会提示已失效`} /> : null}
        <p className="muted">海报一页一张，有小区名称、标志和缴费办法；标签适合贴在门口、信箱、电表间。</p>
      </Modal>
      {rows.length > 0
        ? createPortal(
            <div className="print-codes" aria-hidden="true">
              <CodeSheets sheets={rows} paper={paper} />
            </div>,
            document.body,
          )
        : null}
    </>
  );
}
