import { configuration } from '../../config.ts';
import { oneAtATime } from '../../next-step.ts';
import type { PageQuery } from '../../page-query.ts';
import { askSubscription } from '../../subscribe.ts';
import { leave, takeStep } from '../../take-step.ts';

const ask = oneAtATime((query: PageQuery) => askSubscription(wx, configuration, query));

Page({
  data: { sentence: '', asked: {} as PageQuery },
  onLoad(query: PageQuery) {
    this.setData({ asked: query });
  },
  async accept() {
    takeStep(await ask(this.data.asked), (sentence) => this.setData({ sentence }));
  },
  leave,
});
