import { Skeleton } from 'antd';
import { type ComponentProps, lazy, Suspense } from 'react';

// Uploading comes with the first form that asks for a picture.
const FilesInput = lazy(() => import('../../resource-ui/files-input.tsx'));

type PictureFieldProps = Omit<ComponentProps<typeof FilesInput>, 'field'> & { label: string };

/** One picture in a form. */
export function PictureField({ label, ...rest }: PictureFieldProps) {
  return (
    <Suspense fallback={<Skeleton.Input active />}>
      <FilesInput {...rest} field={{ label, accept: 'image', maxFiles: 1 }} />
    </Suspense>
  );
}
