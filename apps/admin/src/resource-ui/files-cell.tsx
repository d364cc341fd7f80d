import type { AttachedFile } from '@anlin/contract';
import { PaperClipOutlined } from '@ant-design/icons';
import { Button, Popover, Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { FileThumb } from './file-thumb.tsx';
import { isPicture } from './file-words.ts';
import styles from './files.module.css';

const FileGallery = lazy(() => import('./file-gallery.tsx'));

/** The first picture small, or that there are files, and how many; pointed at, the files themselves. */
export function FilesCell({ files }: { files: readonly AttachedFile[] }) {
  if (files.length === 0) return <span className="muted">—</span>;
  const picture = files.find(isPicture);
  const content = (
    <div className={styles.popover}>
      <FilesDetail files={files} />
    </div>
  );
  return (
    <Popover content={content} trigger={['hover', 'click']} placement="left" destroyOnHidden>
      <Button type="link" size="small" className={styles.cell ?? ''}>
        {picture ? <FileThumb id={picture.id} /> : <PaperClipOutlined />}
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
