import type { AttachedFile } from '@anlin/contract';
import { PaperClipOutlined } from '@ant-design/icons';
import { Button, Popover, Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { isPicture } from './file-words.ts';
import styles from './files.module.css';

const FileGallery = lazy(() => import('./file-gallery.tsx'));

/** How many files a row has; pointed at, the files themselves. A list of fifty rows loads no picture unasked. */
export function FilesCell({ files }: { files: readonly AttachedFile[] }) {
  if (files.length === 0) return <span className="muted">—</span>;
  const content = (
    <div className={styles.popover}>
      <FilesDetail files={files} />
    </div>
  );
  return (
    <Popover content={content} trigger={['hover', 'click']} placement="left" destroyOnHidden>
      <Button type="link" size="small" icon={<PaperClipOutlined />}>
        {files.length} {files.every(isPicture) ? '张' : '个'}
      </Button>
    </Popover>
  );
}

/** The files of a row where there is room for them. */
export function FilesDetail({ files }: { files: readonly AttachedFile[] }) {
  if (files.length === 0) return <span className="muted">—</span>;
  return (
    <Suspense fallback={<Skeleton.Node active />}>
      <FileGallery files={files} />
    </Suspense>
  );
}
