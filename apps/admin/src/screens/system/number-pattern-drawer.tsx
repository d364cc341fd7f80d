import {
  changeNumberPattern,
  type NumberPatternView,
  numberedPapers,
  numberPatternProblem,
  numberPlaceholders,
  previewNumberPattern,
  writesSameNumbers,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';

/** A community's pattern of one paper, with what may stand in it and the numbers it would give next. */
export function NumberPatternDrawer({
  community,
  other,
  onClose,
}: {
  community: NumberPatternView;
  /** The community's other paper, whose numbers must stay others. */
  other: NumberPatternView | undefined;
  onClose: () => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const paper = numberedPapers[community.paper];
  const [typed, setTyped] = useState(community.pattern);
  const pattern = typed.trim();
  const isSame = other !== undefined && writesSameNumbers(pattern, other.pattern);
  const problem =
    numberPatternProblem(pattern) ?? (isSame ? `会与${numberedPapers[other.paper]}出现同一个号，请换一个开头` : null);
  const preview = useQuery({
    queryKey: ['numberPatternPreview', community.id, community.paper, pattern],
    queryFn: ({ signal }) =>
      call(previewNumberPattern, { params: { id: community.id }, query: { paper: community.paper, pattern }, signal }),
    enabled: problem === null,
    placeholderData: keepPreviousData,
  });
  const save = useMutation({
    mutationFn: () =>
      call(changeNumberPattern, {
        params: { id: community.id },
        body: { paper: community.paper, pattern, version: community.version },
      }),
    onSuccess: () => {
      message.success(`编号规则已修改，新开的${paper}起生效`);
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['numberPatterns'] }),
  });
  const failure = save.error ?? preview.error;
  return (
    <Drawer
      open
      title={`${community.communityName} · ${paper}编号规则`}
      size={560}
      onClose={onClose}
      extra={
        <Button
          type="primary"
          disabled={problem !== null || pattern === community.pattern}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          保存
        </Button>
      }
    >
      <Form layout="vertical">
        {failure ? <Alert type="error" showIcon title={errorText(failure)} /> : null}
        <Form.Item
          label="编号规则"
          htmlFor="number-pattern"
          validateStatus={problem === null ? '' : 'error'}
          help={problem ?? undefined}
        >
          <Input id="number-pattern" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </Form.Item>
        <Form.Item label={`接下来的三个${paper}号`}>
          <section aria-label={`接下来的三个${paper}号`}>
            {problem === null ? preview.data?.numbers.map((number) => <div key={number}>{number}</div>) : '—'}
          </section>
        </Form.Item>
        <Form.Item label="可用的占位">
          {Object.entries(numberPlaceholders).map(([placeholder, meaning]) => (
            <div key={placeholder}>
              <code>{placeholder}</code> {meaning}
            </div>
          ))}
        </Form.Item>
      </Form>
    </Drawer>
  );
}
