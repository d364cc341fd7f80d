import type { Http } from '../../platform/http/route.ts';

/** Where the browser that asks has this site: `https://wy.example.com`. */
export const originOf = ({ request }: Http): string => `${request.protocol}://${request.host}`;
