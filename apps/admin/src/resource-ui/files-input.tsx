import type { AttachedFile } from '@anlin/contract';
import { DeleteOutlined, FileOutlined, UploadOutlined } from '@ant-design/icons';
import { Button, Progress, Upload } from 'antd';
import { useRef, useState } from 'react';
import { errorText, uploadFile } from '../api/api.ts';
import { FileThumb } from './file-thumb.tsx';
import { isPicture, sizeText } from './file-words.ts';
import styles from './files.module.css';
import { whileUploading } from './running-uploads.ts';

interface FilesInputProps {
  field: { label: string; accept: 'image' | 'any'; maxFiles: number };
  id?: string;
  value?: AttachedFile[];
  onChange?: (value: AttachedFile[]) => void;
  disabled?: boolean;
}

interface RunningUpload {
  uid: string;
  name: string;
  share: number;
}

/** Files of a row: uploaded as soon as they are chosen, kept with the row when the form is saved. */
export default function FilesInput({ field, id, value = [], onChange, disabled = false }: FilesInputProps) {
  const [uploads, setUploads] = useState<readonly RunningUpload[]>([]);
  const [problem, setProblem] = useState<string>();
  // Several uploads end at once; each adds to what the others left.
  const latest = useRef(value);
  latest.current = value;
  const change = (files: AttachedFile[]) => {
    latest.current = files;
    onChange?.(files);
  };
  const room = field.maxFiles - value.length - uploads.length;

  const upload = async (uid: string, file: File) => {
    setProblem(undefined);
    setUploads((all) => [...all, { uid, name: file.name, share: 0 }]);
    try {
      const share = (now: number) =>
        setUploads((all) => all.map((one) => (one.uid === uid ? { ...one, share: now } : one)));
      const { size, ...made } = await whileUploading(() => uploadFile(file, share));
      const added = { ...made, sizeBytes: size };
      if (field.accept === 'image' && !isPicture(added)) setProblem(`“${file.name}”不是 JPG、PNG、GIF 或 WebP 图片`);
      else if (latest.current.length < field.maxFiles) change([...latest.current, added]);
    } catch (error) {
      setProblem(errorText(error));
    }
    setUploads((all) => all.filter((one) => one.uid !== uid));
  };

  return (
    <div className={styles.input}>
      {value.map((file) => (
        <div key={file.id} className={styles.row}>
          {isPicture(file) ? <FileThumb id={file.id} /> : <FileOutlined className={styles.icon ?? ''} />}
          <span className={styles.name}>
            {file.name} <span className="muted">{sizeText(file.sizeBytes)}</span>
          </span>
          <Button
            type="text"
            size="small"
            disabled={disabled}
            aria-label={`移除${file.name}`}
            icon={<DeleteOutlined />}
            onClick={() => change(value.filter((one) => one.id !== file.id))}
          />
        </div>
      ))}
      {uploads.map(({ uid, name, share }) => (
        <div key={uid} className={styles.row}>
          <span className={styles.name}>{name}</span>
          <Progress percent={Math.round(share * 100)} size="small" style={{ width: 160 }} />
        </div>
      ))}
      <div className={styles.row}>
        <Upload
          {...(id === undefined ? {} : { id })}
          multiple={field.maxFiles > 1}
          showUploadList={false}
          disabled={disabled || room <= 0}
          {...(field.accept === 'image' ? { accept: 'image/png,image/jpeg,image/gif,image/webp' } : {})}
          beforeUpload={(file, all) => {
            if (all.indexOf(file) < room) void upload(file.uid, file);
            else setProblem(`${field.label}最多 ${field.maxFiles} 个，多选的没有上传`);
            return false;
          }}
        >
          <Button icon={<UploadOutlined />} disabled={disabled || room <= 0}>
            {field.accept === 'image' ? '上传图片' : '上传文件'}
          </Button>
        </Upload>
        <span className="muted">
          最多 {field.maxFiles} 个，每个不超过 {field.accept === 'image' ? 30 : 100} MB
        </span>
      </div>
      {problem === undefined ? null : (
        <span role="alert" className={styles.problem}>
          {problem}
        </span>
      )}
    </div>
  );
}
