/** Lists of dunning that belong together. */
export const dunningLists = [
  ['/charging/dunning', '欠费户'],
  ['/charging/dunning/notices', '催缴记录'],
] as const;
