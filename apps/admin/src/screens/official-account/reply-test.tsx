import { type ReplyContent, residentFunctions, tryOfficialReply } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import styles from './official-account.module.css';

/** A conversation with the account: what a resident would be answered, by the server's own choice. */
export function ReplyTest() {
  const [text, setText] = useState('');
  const { mutate, data, error, isPending, variables } = useMutation({
    mutationFn: (said: string | null) => call(tryOfficialReply, { body: { text: said } }),
  });
  return (
    <section className={styles.phone} aria-label="试一试">
      <div className={styles.phoneHead}>试一试会怎么回复</div>
      <div className={styles.phoneBody} aria-live="polite">
        {error ? <Alert type="error" showIcon role="alert" title={errorText(error)} /> : null}
        {data ? (
          <>
            <div className={styles.said}>{variables === null ? '（关注了公众号）' : variables}</div>
            {data.content ? <Answer content={data.content} /> : <p className="muted">不回复</p>}
            <p className="muted">{reasonOf(data)}</p>
          </>
        ) : (
          <p className="muted">输入住户可能发来的话，看会回复什么。只按启用的回复，不会真的发出。</p>
        )}
      </div>
      <div className={styles.tools} style={{ padding: '0 12px' }}>
        <Input.Search
          aria-label="住户发来"
          placeholder="如 怎么交物业费"
          enterButton="发送"
          maxLength={200}
          loading={isPending}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onSearch={(value) => value.trim() !== '' && mutate(value.trim())}
        />
        <Button size="small" onClick={() => mutate(null)}>
          试关注时
        </Button>
      </div>
    </section>
  );
}

function reasonOf({ moment, keyword }: { moment: string | null; keyword: string | null }): string {
  if (keyword !== null) return `符合关键词“${keyword}”`;
  if (moment === 'default') return '没有符合的关键词，按“没有匹配时”回复';
  return moment === 'follow' ? '关注时的回复' : '没有符合的回复';
}

function Answer({ content }: { content: ReplyContent }) {
  if (content.kind === 'card')
    return (
      <div className={styles.card}>
        <b>{content.title}</b>
        <p className="muted">{content.description}</p>
        <span>
          {content.link.kind === 'url' ? content.link.url : `打开：${residentFunctions[content.link.function].label}`}
        </span>
      </div>
    );
  return (
    <div className={styles.answered}>
      {content.text}
      {content.links.map((key) => (
        <div key={key} style={{ color: '#576b95' }}>
          {residentFunctions[key].label}
        </div>
      ))}
    </div>
  );
}
