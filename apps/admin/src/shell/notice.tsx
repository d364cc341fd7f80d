import type { ReactNode } from 'react';
import { Logo } from './logo.tsx';
import styles from './notice.module.css';

/** A whole page that says one thing and what to do next. */
export function Notice({ title, text, actions }: { title: string; text: string; actions?: ReactNode }) {
  return (
    <div className={styles.notice} role="alert">
      <Logo size={44} />
      <h1 className={styles.title}>{title}</h1>
      <p className={styles.text}>{text}</p>
      <div className={styles.actions}>{actions}</div>
    </div>
  );
}
