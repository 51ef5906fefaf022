import { isIPv6 } from 'node:net';

/** User and password before no host at all, as in `postgresql://user@/database?host=/run/postgresql`: libpq reads that, a URL's parser does not. */
const WITHOUT_HOST = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*@)(?=[/?])/i;

/**
 * A PostgreSQL URL with host and port where a URL has them. libpq and the driver take both as parameters, too, and these win: whoever
 * reads the URL's own host would name another server than the one that is used. The text itself where nothing has to be moved.
 * Throws a TypeError where it is no URL, or names a user and no host.
 */
export function placeHost(text: string): string {
  const url = new URL(text.replace(WITHOUT_HOST, '$1none.invalid'));
  const host = url.searchParams.get('host') ?? '';
  const port = url.searchParams.get('port') ?? '';
  if (host === '' && WITHOUT_HOST.test(text)) throw new TypeError('no host');
  if (port !== '' && !/^\d{1,5}$/.test(port)) throw new TypeError('no port');
  if (host === '' && port === '') return text;
  if (host !== '') url.hostname = isIPv6(host) ? `[${host}]` : encodeURIComponent(host);
  if (port !== '') url.port = port;
  url.searchParams.delete('host');
  url.searchParams.delete('port');
  return url.href;
}
