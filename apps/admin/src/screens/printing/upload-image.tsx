import { addPrintImage, type PrintImageView } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useRef } from 'react';
import { call, errorText, uploadFile } from '../../api/api.ts';

interface UploadImageProps {
  communityId: string | null;
  isSeal: boolean;
  onAdded: (image: PrintImageView) => void;
}

/** Uploads a PNG or JPEG and registers it for paper, or as the seal. */
export function UploadImage({ communityId, isSeal, onAdded }: UploadImageProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const add = useMutation({
    mutationFn: async (file: File) => {
      const { id } = await uploadFile(file);
      return call(addPrintImage, { body: { fileId: id, communityId, isSeal } });
    },
    onSuccess: (image) => {
      void queries.invalidateQueries({ queryKey: ['print', 'images'] });
      message.success(isSeal ? '公章已更新，以后的打印使用新公章' : '图片已上传');
      onAdded(image);
    },
    onError: (error) => message.error(errorText(error)),
  });
  const words = isSeal ? '上传公章' : '上传图片';
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg"
        aria-label={`${words}文件`}
        hidden
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) add.mutate(file);
          event.target.value = '';
        }}
      />
      <Button size="small" loading={add.isPending} onClick={() => input.current?.click()}>
        {words}
      </Button>
    </>
  );
}
