import type { Http } from './route.ts';

/** Where the browser that asks has this site: `https://wy.example.com`. */
export const originOf = ({ request }: Pick<Http, 'request'>): string => `${request.protocol}://${request.host}`;
