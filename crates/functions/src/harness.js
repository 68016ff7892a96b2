// Runs before the code of a function: makes what the runtime has, notes what the function does to the event, and
// withholds what no template determines. `host` is what the engine provides.
(function (host, runtime, library) {
  'use strict';
  const { stringify, parse } = JSON;
  const NativeError = Error;
  const NativeDate = Date;
  const global = globalThis;
  const isModern = runtime === '2.0';
  const changes = [];
  // What differs between requests: what the code read by itself, and what only a text of the whole event shows.
  const assumed = new Set();
  const printed = new Set();
  let printing = 0;
  const log = [];
  const proxies = new WeakMap();
  const targets = new WeakMap();
  let origin = null;

  function unknown(what) {
    host.unknown(what);
    throw new NativeError(`unknown: ${what}`);
  }

  // The line and column of the function's code that is running.
  function where() {
    const found = /function\.js:(\d+)(?::(\d+))?/.exec(new NativeError().stack ?? '');
    return found === null ? null : [Number(found[1]), Number(found[2] ?? 1)];
  }

  function noted(path) {
    changes.push([path, where()]);
  }

  function plain(value) {
    return targets.get(value) ?? value;
  }

  function print(values) {
    printing += 1;
    try {
      return stringify(...values);
    } finally {
      printing -= 1;
    }
  }

  const VARYING = ['viewer.ip', 'context.requestId', 'context.distributionId'];
  // What a request may have in addition to what it has here, and has if `host.isGenerous`.
  const OPEN = ['request.headers', 'request.cookies', 'request.querystring', 'response.headers', 'response.cookies'];

  // Objects of the event note each change, and which values of a real request would decide.
  function observed(target, path) {
    const known = proxies.get(target);
    if (known !== undefined) return known;
    const at = (key) => (path === '' ? String(key) : `${path}.${String(key)}`);
    const isGenerous = host.isGenerous && OPEN.includes(path);
    const proxy = new Proxy(target, {
      get(object, key) {
        if (typeof key === 'symbol') return object[key];
        const full = at(key);
        const value = object[key];
        if (VARYING.includes(full)) (printing > 0 ? printed : assumed).add(full);
        if (isGenerous && value === undefined) return observed({ value: '1' }, full);
        if (path === 'request.headers' && value === undefined && key.startsWith('cloudfront-')) {
          unknown(`the header \`${key}\`, which CloudFront adds`);
        }
        if (typeof value !== 'object' || value === null) return value;
        return observed(value, full);
      },
      has(object, key) {
        if (isGenerous) return true;
        if (path === 'request.headers' && !(key in object) && String(key).startsWith('cloudfront-')) {
          unknown(`the header \`${String(key)}\`, which CloudFront adds`);
        }
        return key in object;
      },
      set(object, key, value) {
        noted(at(key));
        object[key] = plain(value);
        return true;
      },
      defineProperty(object, key, descriptor) {
        noted(at(key));
        return Reflect.defineProperty(object, key, descriptor);
      },
      deleteProperty(object, key) {
        noted(at(key));
        return delete object[key];
      },
    });
    proxies.set(target, proxy);
    targets.set(proxy, target);
    return proxy;
  }

  // The clock stands still.
  global.Date = new Proxy(NativeDate, {
    construct(date, values, derived) {
      if (values.length > 0) return Reflect.construct(date, values, derived);
      assumed.add('the time');
      return Reflect.construct(date, [host.now], derived);
    },
    apply() {
      assumed.add('the time');
      return new NativeDate(host.now).toString();
    },
    get(date, key) {
      if (key !== 'now') return date[key];
      return () => {
        assumed.add('the time');
        return host.now;
      };
    },
  });
  let seed = 1;
  Math.random = () => {
    assumed.add('a random number');
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };

  JSON.stringify = (...values) => print(values);
  JSON.parse = (...values) => {
    printed.forEach((what) => assumed.add(what));
    return parse(...values);
  };
  const shown = (value) => {
    if (typeof value === 'string') return value;
    try {
      return value instanceof NativeError ? String(value) : (print([value]) ?? String(value));
    } catch {
      return String(value);
    }
  };
  const write = (...values) => {
    if (log.length < host.maxLog) log.push(values.map(shown).join(' ').slice(0, host.maxLine));
  };
  global.console = isModern
    ? { log: write, error: write, warn: write, info: write, debug: write }
    : { log: write, error: write };

  const refused = (what) =>
    function () {
      throw new TypeError(`${what} is not allowed`);
    };
  global.eval = refused('eval');
  const NativeFunction = Function;
  global.Function = refused('the Function constructor');
  NativeFunction.prototype.constructor = global.Function;

  const { modules, open } = library(host, isModern, unknown);
  global.require = (name) => {
    const found = modules[name];
    if (found === undefined) throw new NativeError(`Cannot find module "${name}"`);
    return found;
  };

  // The module that changes origins and reads key-value stores.
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html
  const choose = (kind) => (first, second) => {
    noted('origin');
    origin = { kind, first: first ?? null, second: second ?? null };
  };
  const store = open({
    get: async (key) => unknown(`the value of \`${String(key)}\` in the key-value store`),
    exists: async (key) => unknown(`whether \`${String(key)}\` is in the key-value store`),
    meta: async () => unknown('what is in the key-value store'),
    count: async () => unknown('what is in the key-value store'),
  }, 'cf.kvs()');
  const cloudfront = open({
    kvs() {
      if (host.store === 'none') throw new NativeError('no key-value store is associated with the function');
      if (host.store === 'unknown') unknown('whether a key-value store is associated');
      return store;
    },
    updateRequestOrigin: choose('update'),
    selectRequestOriginById: choose('select'),
    createRequestOriginGroup: choose('group'),
    get edgeLocation() {
      return unknown('the edge location');
    },
    logCustomData() {},
  }, 'cf');

  global.__cflint = {
    modules: isModern ? { ...modules, cloudfront } : modules,
    event(text, raw) {
      const event = parse(text);
      Object.defineProperty(event.request, 'rawQueryString', { value: () => raw, enumerable: false });
      return observed(event, '');
    },
    done(returned) {
      const kind = returned === null ? 'null' : typeof returned;
      return print([{
        kind,
        value: kind === 'object' ? returned : null,
        origin,
        changes,
        assumed: Array.from(assumed),
        log,
      }]);
    },
  };
})
