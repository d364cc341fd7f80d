/** The zone of figures over several communities: the company's office keeps one calendar, China's. */
export const officeTimeZone = 'Asia/Shanghai';
