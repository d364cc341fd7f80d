import type { AttachedFile } from '@anlin/contract';
import { FileOutlined } from '@ant-design/icons';
import { Button, Image, Skeleton } from 'antd';
import { openFile } from '../tasks/open-file.ts';
import { useFileUrl } from './file-url.ts';
import { isPicture, sizeText } from './file-words.ts';
import styles from './files.module.css';

/** Pictures side by side, each opening large; documents below as names that download. */
export default function FileGallery({ files }: { files: readonly AttachedFile[] }) {
  const pictures = files.filter(isPicture);
  const documents = files.filter((file) => !isPicture(file));
  return (
    <div className={styles.gallery}>
      {pictures.length === 0 ? null : (
        <Image.PreviewGroup>
          <div className={styles.pictures}>
            {pictures.map((file) => (
              <Picture key={file.id} file={file} />
            ))}
          </div>
        </Image.PreviewGroup>
      )}
      {documents.map((file) => (
        <Button
          key={file.id}
          type="link"
          size="small"
          icon={<FileOutlined />}
          className={styles.document ?? ''}
          onClick={() => void openFile(file.id)}
        >
          {file.name}
          <span className="muted">（{sizeText(file.sizeBytes)}）</span>
        </Button>
      ))}
    </div>
  );
}

/** Pixels. */
const pictureSize = { width: 96, height: 72 };

function Picture({ file }: { file: AttachedFile }) {
  const url = useFileUrl(file.id);
  if (url === null) return <span className={styles.missing}>图片已不在</span>;
  if (!url) return <Skeleton.Node active style={pictureSize} />;
  return (
    <Image
      src={`${url}&size=thumbnail`}
      preview={{ src: url }}
      alt={file.name}
      title={file.name}
      loading="lazy"
      {...pictureSize}
      className={styles.picture ?? ''}
    />
  );
}
