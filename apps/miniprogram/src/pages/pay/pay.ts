import { configuration } from '../../config.ts';
import type { PageQuery } from '../../page-query.ts';
import { createPayer } from '../../pay.ts';
import { leave, takeStep } from '../../take-step.ts';

// One for all openings of the page, so that two taps on the site do not pay twice.
const pay = createPayer(wx, configuration);

Page({
  data: { sentence: '' },
  async onLoad(query: PageQuery) {
    takeStep(await pay(query), (sentence) => this.setData({ sentence }));
  },
  leave,
});
