import { ProblemError } from '@anlin/client';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Button, Result } from 'antd';
import { errorText } from '../api/api.ts';

/** What a person sees when a page breaks: what happened, what to do, and that nothing else is lost. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  if (isMissingChunk(error)) {
    return (
      <Result
        status="info"
        title="系统刚刚升级"
        subTitle="这个页面有新版本，刷新后即可使用。"
        extra={
          <Button type="primary" onClick={() => window.location.reload()}>
            刷新页面
          </Button>
        }
      />
    );
  }
  return (
    <Result
      status="warning"
      title="页面没有显示出来"
      subTitle={
        error instanceof ProblemError
          ? errorText(error)
          : '页面出错了，已保存的数据不受影响。请再试一次；如仍不行，请把正在做的操作告诉管理员。'
      }
      extra={[
        <Button key="again" type="primary" onClick={reset}>
          再试一次
        </Button>,
        <Button key="reload" onClick={() => window.location.reload()}>
          刷新页面
        </Button>,
      ]}
    />
  );
}

export function PageNotFound() {
  return (
    <Result
      status="404"
      title="没有这个页面"
      subTitle="地址可能写错了，或页面已经改名。请从左侧菜单进入。"
      extra={
        <Button type="primary" href="/">
          回到首页
        </Button>
      }
    />
  );
}

export function PageForbidden({ title }: { title: string }) {
  return <Result status="403" title={`您没有查看“${title}”的权限`} subTitle="如工作需要，请联系管理员开通。" />;
}

/** After an upgrade the old page asks for files that are gone. */
function isMissingChunk(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|module script failed|Failed to fetch dynamically/i.test(error.message)
  );
}
