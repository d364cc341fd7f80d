import { type ImportKindName, type ImportState, importKinds } from '@anlin/contract';
import { Alert, Button, Skeleton, Steps } from 'antd';
import { useState } from 'react';
import { errorText } from '../api/api.ts';
import { useAddress } from '../shell/address.ts';
import { PageFrame } from '../shell/page-frame.tsx';
import { ImportColumns } from './import-columns.tsx';
import { ImportPreview } from './import-preview.tsx';
import { ImportResult } from './import-result.tsx';
import { ImportRunning } from './import-running.tsx';
import { ImportUpload } from './import-upload.tsx';
import styles from './import-wizard.module.css';
import { useImport } from './use-import.ts';

const steps = ['上传文件', '对应列', '检查', '导入', '完成'];

const stepOf: Readonly<Record<ImportState, number>> = {
  uploaded: 1,
  checking: 2,
  checked: 2,
  importing: 3,
  stopped: 3,
  done: 4,
  undoing: 4,
  undone: 4,
};

/** The import of one list on a page of its own; the address holds which import, so that a reload comes back to it. */
export function ImportWizard({ kind, help }: { kind: ImportKindName; help: string }) {
  const { pathname, search, change, go } = useAddress();
  const id = search.import;
  const list = pathname.slice(0, pathname.lastIndexOf('/'));
  const backToList = () => go(list, { community: search.community });
  return (
    <PageFrame help={help} extra={<Button onClick={backToList}>返回{importKinds[kind].label}列表</Button>}>
      <div className={styles.wizard}>
        {id === undefined ? (
          <>
            <Steps size="small" current={0} items={steps.map((title) => ({ title }))} />
            <ImportUpload kind={kind} onOpened={(opened) => change({ import: opened })} />
          </>
        ) : (
          <OpenedImport
            key={id}
            kind={kind}
            id={id}
            onLeave={() => change({ import: undefined })}
            onShowList={backToList}
          />
        )}
      </div>
    </PageFrame>
  );
}

interface OpenedImportProps {
  kind: ImportKindName;
  id: string;
  /** To the upload of another file. */
  onLeave: () => void;
  onShowList: () => void;
}

function OpenedImport({ kind, id, onLeave, onShowList }: OpenedImportProps) {
  const { data: view, error } = useImport(kind, id);
  const [isMapping, setMapping] = useState(false);
  if (error) {
    return (
      <Alert type="error" showIcon title={errorText(error)} action={<Button onClick={onLeave}>重新上传文件</Button>} />
    );
  }
  if (!view) return <Skeleton active paragraph={{ rows: 6 }} />;
  const isColumns = view.state === 'uploaded' || (view.state === 'checked' && isMapping);
  const again = { kind, view, onLeave };
  return (
    <>
      <Steps size="small" current={isColumns ? 1 : stepOf[view.state]} items={steps.map((title) => ({ title }))} />
      <p className={styles.file}>
        文件：<b>{view.fileName}</b>
        {view.communityName === null ? null : (
          <>
            ，导入到：<b>{view.communityName}</b>
          </>
        )}
      </p>
      {isColumns ? <ImportColumns {...again} onChecked={() => setMapping(false)} /> : null}
      {['checking', 'importing', 'stopped', 'undoing'].includes(view.state) ? <ImportRunning {...again} /> : null}
      {view.state === 'checked' && !isMapping ? <ImportPreview {...again} onMap={() => setMapping(true)} /> : null}
      {view.state === 'done' || view.state === 'undone' ? <ImportResult {...again} onShowList={onShowList} /> : null}
    </>
  );
}
