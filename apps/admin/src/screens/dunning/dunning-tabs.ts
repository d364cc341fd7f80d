/** Lists of dunning that belong together. */
export const dunningLists = [
  ['/charging/dunning', '欠费户'],
  ['/charging/dunning/notices', '催缴记录'],
  ['/charging/dunning/plans', '催缴计划'],
] as const;
