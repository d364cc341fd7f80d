import styles from './import-wizard.module.css';

interface Figure {
  title: string;
  value: number;
  suffix: string;
  tone?: 'good' | 'bad' | undefined;
}

/** Large figures beside each other. */
export function ImportFigures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className={styles.figures}>
      {figures.map(({ title, value, suffix, tone }) => (
        <div key={title} className={styles.figure}>
          <dt>{title}</dt>
          <dd data-tone={tone}>
            {value.toLocaleString('zh-CN')} <small>{suffix}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
