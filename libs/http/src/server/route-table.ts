import type { RouteOptions } from 'fastify';

/** The methods of each address. Tells a wrong method (405) from a wrong address (404). */
export class RouteTable {
  private readonly routes: { pattern: RegExp; methods: string[] }[] = [];

  /** For Fastify's `onRoute` hook. */
  readonly add = (route: Pick<RouteOptions, 'url' | 'method'>): void => {
    if (route.url.includes('*')) return;
    const source = route.url
      .replace(/\/$/, '')
      .split('/')
      .map((segment) => (segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('/');
    this.routes.push({ pattern: new RegExp(`^${source}/?$`), methods: [route.method].flat() });
  };

  /** @returns the methods that the address answers to, sorted; none for an unknown address. */
  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0] ?? '';
    return [
      ...new Set(this.routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods)),
    ].sort();
  }
}
