import { useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { PageFrame } from '../shell/page-frame.tsx';

const ManualText = lazy(async () => ({ default: (await import('./manual-text.tsx')).ManualText }));

/** A section of the manual as a page of its own: `/manual/lists`. */
export function ManualPage() {
  const section = String(useParams({ strict: false, select: (params) => Reflect.get(params, 'section') }));
  return (
    <PageFrame title="使用手册">
      <div
        style={{
          maxWidth: 760,
          padding: '8px 24px 24px',
          background: 'var(--ant-color-bg-container)',
          borderRadius: 6,
        }}
      >
        <Suspense>
          <ManualText section={section} />
        </Suspense>
      </div>
    </PageFrame>
  );
}
