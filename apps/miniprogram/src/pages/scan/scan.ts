import { configuration } from '../../config.ts';
import { oneAtATime } from '../../next-step.ts';
import { scanAddress } from '../../scan.ts';
import { leave, takeStep } from '../../take-step.ts';

const scan = oneAtATime(() => scanAddress(wx, configuration));

Page({
  data: { sentence: '' },
  onLoad() {
    void this.scan();
  },
  async scan() {
    takeStep(await scan(), (sentence) => this.setData({ sentence }));
  },
  leave,
});
