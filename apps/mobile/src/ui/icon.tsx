/** Pictures drawn in strokes, 24 × 24; decoration beside a name, so screen readers pass them over. */
const paths = {
  back: 'M15 5l-7 7 7 7',
  forward: 'M9 5l7 7-7 7',
  home: 'M4 11l8-7 8 7v9h-5v-6H9v6H4z',
  fee: 'M3 6h18v12H3zM8 9l4 4 4-4M12 13v4M9 14h6',
  house: 'M5 21V4h14v17M3 21h18M9 8h2M13 8h2M9 12h2M13 12h2M10 21v-4h4v4',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.6-6 8-6s8 2 8 6',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2 20c0-3.5 3-5.5 7-5.5s7 2 7 5.5M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.800c2.400.7 4 2.500 4 5.200',
  wallet: 'M3 7h15a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3zM3 7a3 3 0 0 1 3-3h10v3M16 13.500h1',
  ahead: 'M4 6h16v14H4zM4 10h16M8 3v4M16 3v4M9 15h6M13 12.500l2.500 2.500-2.500 2.500',
  receipt: 'M5 3h14v18l-3-2-2 2-2-2-2 2-2-2-3 2zM9 8h6M9 12h6',
  car: 'M4 16v-3l2-6h12l2 6v3M4 16h16v3h-3v-3M4 16v3h3v-3M6 13h12M7.500 13v0M16.500 13v0',
  phone:
    'M6 3h4l1.5 5-2.500 1.500a11 11 0 0 0 5.500 5.500L16 12.500l5 1.500v4a2 2 0 0 1-2 2A15 15 0 0 1 4 5a2 2 0 0 1 2-2z',
  done: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12l3 3 5-6',
  wait: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 3',
  stop: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9l6 6M15 9l-6 6',
  notice: 'M4 10v4h3l8 4V6l-8 4zM18 9a4 4 0 0 1 0 6',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, className = 'icon' }: { name: IconName; className?: string }) {
  return <PathIcon path={paths[name]} className={className} />;
}

export function PathIcon({ path, className = 'icon' }: { path: string; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={className.startsWith('icon') ? className : `icon ${className}`}
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
