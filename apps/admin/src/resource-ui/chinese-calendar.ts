import 'dayjs/locale/zh-cn';
import dayjs from 'dayjs';

// Month and weekday names of antd's calendars come from dayjs. Loaded with them, not with the first page.
dayjs.locale('zh-cn');

export { dayjs };
