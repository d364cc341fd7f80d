/** Two roofs side by side: 安 (home) and 邻 (next door). */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="var(--ant-color-primary)" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round">
        <path d="M6 16.2 13 9.6a1.4 1.4 0 0 1 1.9 0l3 2.8" />
        <path d="M8.4 15v7.2c0 .7.5 1.2 1.2 1.2h3.6" />
        <path d="m13.6 18.6 5.6-5.2a1.4 1.4 0 0 1 1.9 0l5.4 5" />
        <path d="M16.2 17v5.2c0 .7.5 1.2 1.2 1.2h5.6c.7 0 1.2-.5 1.2-1.2V17" />
      </g>
    </svg>
  );
}
