import { type ImportKindName, type ImportView, importKinds } from '@anlin/contract';
import { DownloadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Space } from 'antd';
import { useEffect } from 'react';
import { errorText } from '../api/api.ts';
import { openFile } from '../tasks/open-file.ts';
import { ImportDunning } from './import-dunning.tsx';
import { ImportFigures } from './import-figures.tsx';
import { ImportUndoButton } from './import-undo-button.tsx';

interface ImportResultProps {
  kind: ImportKindName;
  view: ImportView;
  onLeave: () => void;
  onShowList: () => void;
}

/** What came of it, and the rows that did not come in. */
export function ImportResult({ kind, view, onLeave, onShowList }: ImportResultProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { counts, failedRowsFileId } = view;
  const { label } = importKinds[kind];
  const missed = counts.bad + counts.failed;
  // Lists read before the import no longer say what is there.
  useEffect(() => {
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'import' });
  }, [queries]);
  return (
    <>
      {view.error === null ? null : (
        <Alert type="error" showIcon title="上次撤销没有完成，数据没有改动" description={view.error} />
      )}
      {view.state === 'undone' ? (
        <Alert
          type="info"
          showIcon
          title="这次导入已撤销"
          description="它新增的数据已删除，修改的数据已还原到导入之前。下面是当时的结果。"
        />
      ) : null}
      <Alert
        type={missed > 0 ? 'warning' : 'success'}
        showIcon
        title={missed > 0 ? `导入完成，有 ${missed.toLocaleString('zh-CN')} 行没有导入` : '导入完成'}
        description={missed > 0 ? '请下载失败的行，按“失败原因”改正后，直接用那个文件再导入一次。' : undefined}
      />
      <ImportFigures
        figures={[
          { title: '新增', value: counts.added, suffix: '行', tone: 'good' },
          { title: '更新', value: counts.updated, suffix: '行' },
          { title: '已存在，未改动', value: counts.skipped, suffix: '行' },
          ...(counts.leftOut > 0 ? [{ title: '没有选择', value: counts.leftOut, suffix: '行' }] : []),
          { title: '没有导入', value: missed, suffix: '行', tone: missed > 0 ? 'bad' : undefined },
        ]}
      />
      {kind === 'bill' && view.state === 'done' && counts.added + counts.updated > 0 ? (
        <ImportDunning view={view} onShowList={onShowList} />
      ) : null}
      <Space>
        {failedRowsFileId === null ? null : (
          <Button
            type="primary"
            icon={<DownloadOutlined />}
            onClick={() => openFile(failedRowsFileId).catch((error: unknown) => message.error(errorText(error)))}
          >
            下载失败的行
          </Button>
        )}
        <Button onClick={onShowList}>查看{label}列表</Button>
        <Button onClick={onLeave}>再导入一个文件</Button>
        {view.isUndoable ? <ImportUndoButton id={view.id} added={counts.added} updated={counts.updated} /> : null}
      </Space>
    </>
  );
}
