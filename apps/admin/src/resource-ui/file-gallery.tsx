import { type AttachedFile, fileLink } from '@anlin/contract';
import { FileOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Image, Skeleton } from 'antd';
import { call, errorText } from '../api/api.ts';
import { openFile } from '../tasks/open-file.ts';
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

/** A link lives ten minutes; it is asked for anew before that. */
const linkMilliseconds = 8 * 60 * 1000;

export function useFileUrl(id: string) {
  return useQuery({
    queryKey: ['file', id, 'link'],
    queryFn: async ({ signal }) => (await call(fileLink, { params: { id }, signal })).url,
    staleTime: linkMilliseconds,
    gcTime: linkMilliseconds,
  });
}

/** Pixels. */
const pictureSize = { width: 96, height: 72 };

function Picture({ file }: { file: AttachedFile }) {
  const { data: url, error } = useFileUrl(file.id);
  if (error) return <span className={styles.missing}>{errorText(error)}</span>;
  if (!url) return <Skeleton.Node active style={pictureSize} />;
  return (
    <Image
      src={url}
      alt={file.name}
      title={file.name}
      loading="lazy"
      {...pictureSize}
      className={styles.picture ?? ''}
    />
  );
}
