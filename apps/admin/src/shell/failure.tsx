import { ProblemError } from '@anlin/client';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Button } from 'antd';
import { errorText } from '../api/api.ts';
import { Notice } from './notice.tsx';

/** What a person sees when a page breaks: what happened, what to do, and that nothing else is lost. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const reload = () => window.location.reload();
  if (isMissingChunk(error)) {
    return (
      <Notice
        title="系统刚刚升级"
        text="这个页面有新版本，刷新后即可使用。"
        actions={
          <Button type="primary" onClick={reload}>
            刷新页面
          </Button>
        }
      />
    );
  }
  const text =
    error instanceof ProblemError
      ? errorText(error)
      : '页面出错了，已保存的数据不受影响。请再试一次；如仍不行，请把正在做的操作告诉管理员。';
  return (
    <Notice
      title="页面没有显示出来"
      text={text}
      actions={
        <>
          <Button type="primary" onClick={reset}>
            再试一次
          </Button>
          <Button onClick={reload}>刷新页面</Button>
        </>
      }
    />
  );
}

export function PageNotFound() {
  return (
    <Notice
      title="没有这个页面"
      text="地址可能写错了，或页面已经改名。请从左侧菜单进入。"
      actions={
        <Button type="primary" href="/">
          回到首页
        </Button>
      }
    />
  );
}

export function PageForbidden({ title }: { title: string }) {
  return <Notice title={`您没有查看“${title}”的权限`} text="如工作需要，请联系管理员开通。" />;
}

/** After an upgrade the old page asks for files that are gone. */
function isMissingChunk(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|module script failed|error loading dynamically/i.test(error.message)
  );
}
