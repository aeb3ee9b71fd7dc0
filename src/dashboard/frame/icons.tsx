const CIRCLE = 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z';

const PATHS = {
  alert: `${CIRCLE}M8 5v3.4M8 10.9v.1`,
  warning: 'M8 2.4 14.2 13.2H1.8ZM8 6.4v3.2M8 11.4v.1',
  check: `${CIRCLE}M5.4 8.2l1.8 1.8 3.4-3.8`,
  clock: `${CIRCLE}M8 4.8V8l2.2 1.5`,
  search: 'M7 2.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4ZM10.2 10.2l3.2 3.2',
  queue: 'M3 4.5h10M3 8h10M3 11.5h6',
  sync: 'M12.8 6.6A5 5 0 0 0 3.7 5M3.2 9.4a5 5 0 0 0 9.1 1.6M3.4 2.6v2.6H6M12.6 13.4v-2.6H10',
  dashed: CIRCLE,
  skip: 'M4 3.8 9.4 8 4 12.2ZM12 3.8v8.4',
  slash: `${CIRCLE}M3.8 12.2l8.4-8.4`,
  trash: 'M3 4.4h10M6.4 4.4V2.9h3.2v1.5M4.4 4.4l.7 8.7h5.8l.7-8.7',
  cross: `${CIRCLE}M6 6l4 4M10 6l-4 4`,
  external: 'M9.2 3H13v3.8M13 3 7.6 8.4M11 9.4V13H3V5h3.6',
  done: 'M3.4 8.4l3 3 6.2-6.8',
  back: 'M9.8 3.4 5.2 8l4.6 4.6',
  forward: 'M6.2 3.4 10.8 8l-4.6 4.6',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing of 16 by 16 in the colour of the text beside it, which says the same in words. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeDasharray={name === 'dashed' ? '2.2 2.4' : undefined}
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
