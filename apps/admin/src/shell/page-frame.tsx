import { QuestionCircleOutlined } from '@ant-design/icons';
import { type ReactNode, useEffect } from 'react';
import { ManualLink } from '../manual/manual-context.tsx';
import styles from './page-frame.module.css';
import { useScreen } from './screen-context.ts';

interface PageFrameProps {
  /** Default: the title the screen is registered with. */
  title?: string;
  /** One line: what this page is for. */
  help?: ReactNode;
  /** Section of the manual. Default: the one the screen is registered with. */
  manual?: string;
  /** Buttons at the right of the title. */
  extra?: ReactNode;
  /** Fills the height of the window instead of scrolling: for lists and the cashier desk. */
  isFilling?: boolean;
  children: ReactNode;
}

/** Title, one line of help with the link to the manual, buttons, and the page below. Every screen begins with it. */
export function PageFrame({ title, help, manual, extra, isFilling = false, children }: PageFrameProps) {
  const screen = useScreen();
  const shownTitle = title ?? screen?.title ?? '';
  const section = manual ?? screen?.manual;
  useEffect(() => {
    document.title = shownTitle === '' ? '安邻' : `${shownTitle} · 安邻`;
  }, [shownTitle]);
  return (
    <div className={styles.frame} data-filling={isFilling}>
      <div className={styles.head}>
        <div className={styles.words}>
          <h1 className={styles.title}>{shownTitle}</h1>
          <p className={styles.help}>
            {help}
            {section === undefined ? null : (
              <ManualLink section={section}>
                <QuestionCircleOutlined /> 使用手册
              </ManualLink>
            )}
          </p>
        </div>
        {extra === undefined ? null : <div className={styles.extra}>{extra}</div>}
      </div>
      <div className={styles.body}>{children}</div>
    </div>
  );
}
