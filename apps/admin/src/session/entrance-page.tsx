import type { ReactNode } from 'react';
import { Logo } from '../shell/logo.tsx';
import styles from './entrance-page.module.css';

/** The quiet page before the shell: signing in, and choosing the first password. */
export function EntrancePage({ title, help, children }: { title: string; help: string; children: ReactNode }) {
  return (
    <div className={styles.page}>
      <section className={styles.story} aria-hidden="true">
        <div className={styles.brand}>
          <Logo size={36} />
          <span>安邻</span>
        </div>
        <div>
          <p className={styles.slogan}>
            小区的每一笔账、每一件事，
            <br />
            记清楚，办妥当。
          </p>
          <p className={styles.subline}>房屋住户 · 收费收银 · 财务报表</p>
        </div>
        <Skyline />
      </section>
      <main className={styles.panel}>
        <div className={styles.form}>
          <h1 className={styles.title}>{title}</h1>
          <p className={styles.help}>{help}</p>
          {children}
        </div>
        <p className={styles.foot}>安邻物业管理系统</p>
      </main>
    </div>
  );
}

/** A row of houses with a few lit windows. */
function Skyline() {
  const houses: [x: number, width: number, height: number][] = [
    [0, 74, 92],
    [82, 58, 148],
    [148, 90, 112],
    [246, 52, 186],
    [306, 84, 138],
    [398, 64, 206],
    [470, 96, 120],
    [574, 66, 164],
  ];
  return (
    <svg className={styles.skyline} viewBox="0 0 640 220" focusable="false" aria-hidden="true">
      {houses.map(([x, width, height], house) => (
        <g key={x}>
          <rect
            x={x}
            y={220 - height}
            width={width}
            height={height}
            rx={5}
            fill="#fff"
            opacity={0.07 + (house % 3) * 0.025}
          />
          {windowsOf(x, width, height).map(([left, top], index) => (
            <rect
              key={`${left}-${top}`}
              x={left}
              y={top}
              width={8}
              height={10}
              rx={1.5}
              fill="#fff"
              opacity={(index * 7 + house * 5) % 11 === 0 ? 0.55 : 0.1}
            />
          ))}
        </g>
      ))}
    </svg>
  );
}

function windowsOf(x: number, width: number, height: number): [left: number, top: number][] {
  const columns = Math.floor((width - 10) / 18);
  const rows = Math.floor((height - 16) / 22);
  const margin = (width - columns * 18 + 10) / 2;
  return Array.from({ length: columns * rows }, (_, index) => [
    x + margin + (index % columns) * 18,
    220 - height + 14 + Math.floor(index / columns) * 22,
  ]);
}
