import { configuration } from '../../config.ts';
import { openSite } from '../../open-site.ts';
import type { PageQuery } from '../../page-query.ts';
import { goHome } from '../../take-step.ts';

Page({
  data: { address: '', sentence: '', asked: {} as PageQuery },
  onLoad(query: PageQuery) {
    this.setData({ asked: query });
    void this.open();
  },
  async open() {
    this.setData({ address: '', sentence: '' });
    this.setData(await openSite(wx, configuration, this.data.asked));
  },
  onPageFailed() {
    this.setData({ address: '', sentence: '页面没有打开，请检查网络后再试。' });
  },
  goHome,
});
