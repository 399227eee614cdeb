/** What libraries of promises return that are older than Promise. */
export function thenable<T>(value: T): PromiseLike<T> {
  const promise = Promise.resolve(value);
  const then: PromiseLike<T>['then'] = (fulfilled, rejected) => promise.then(fulfilled, rejected);
  return Object.defineProperty({}, 'then', { value: then }) as PromiseLike<T>;
}
