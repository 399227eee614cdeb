/**
 * Makes `ws` another name of `encke/ws`, for programs that can't be changed: `node --import` this.
 *
 * @module
 */
import { register } from 'node:module';

const hooks = `
  const encke = ${JSON.stringify(import.meta.resolve('encke/ws'))};
  export const resolve = (specifier, context, next) =>
    specifier === 'ws' ? { url: encke, format: 'module', shortCircuit: true } : next(specifier, context);
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
console.log('ws is encke/ws');
