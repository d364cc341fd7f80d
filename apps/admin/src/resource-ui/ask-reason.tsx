import { Input } from 'antd';
import type { HookAPI } from 'antd/es/modal/useModal';
import { useState } from 'react';

/** What a person is told once an action waits for approval. */
export const askedText = '已提交审批，全部同意后生效。进度见“我的审批”';

/** Asks why an action that needs approval is wanted, after the server said that it does. Null: the person gave up. */
export function askReason(modal: HookAPI, explanation: string): Promise<string | null> {
  return new Promise((resolve) => {
    let reason = '';
    modal.confirm({
      title: '需要审批',
      width: 480,
      content: (
        <ReasonField
          explanation={explanation}
          onChange={(text) => {
            reason = text.trim();
          }}
        />
      ),
      okText: '提交申请',
      cancelText: '取消',
      // An empty reason keeps the dialog open; the field says what it wants.
      onOk(close: () => void) {
        if (reason === '') return;
        close();
        resolve(reason);
      },
      onCancel: () => resolve(null),
    });
  });
}

function ReasonField({ explanation, onChange }: { explanation: string; onChange: (text: string) => void }) {
  const [isEmpty, setEmpty] = useState(true);
  return (
    <>
      <p>{explanation}</p>
      <Input.TextArea
        autoFocus
        aria-label="申请理由"
        placeholder="申请理由（必填）"
        maxLength={200}
        showCount
        autoSize={{ minRows: 2, maxRows: 4 }}
        status={isEmpty ? 'warning' : ''}
        onChange={({ target }) => {
          setEmpty(target.value.trim() === '');
          onChange(target.value);
        }}
      />
    </>
  );
}
