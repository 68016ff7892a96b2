// Runs before the code of a function: makes what the runtime has, notes what the function does to the event, and
// withholds what no template determines. `host` is what the engine provides.
(function (host, runtime) {
  'use strict';
  const { stringify, parse } = JSON;
  const NativeError = Error;
  const NativeDate = Date;
  const global = globalThis;
  const isModern = runtime === '2.0';
  const changes = [];
  const assumed = new Set();
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

  // Objects of the event note each change, and which values of a real request would decide.
  function observed(target, path) {
    const known = proxies.get(target);
    if (known !== undefined) return known;
    const at = (key) => (path === '' ? String(key) : `${path}.${String(key)}`);
    const proxy = new Proxy(target, {
      get(object, key, receiver) {
        if (typeof key === 'symbol') return object[key];
        const full = at(key);
        const value = object[key];
        if (full === 'viewer.ip' || full === 'context.requestId' || full === 'context.distributionId') assumed.add(full);
        if (path === 'request.headers' && value === undefined && key.startsWith('cloudfront-')) {
          unknown(`the header \`${key}\`, which CloudFront adds`);
        }
        if (typeof value !== 'object' || value === null) return value;
        return observed(value, full);
      },
      has(object, key) {
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

  const shown = (value) => {
    if (typeof value === 'string') return value;
    try {
      return stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  };
  const write = (...values) => {
    if (log.length < host.maxLog) log.push(values.map(shown).join(' '));
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

  // Bytes and text.
  const bytesOf = (text) => {
    const bytes = [];
    for (const c of String(text)) {
      const code = c.codePointAt(0);
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
    return bytes;
  };
  const textOf = (bytes) => {
    const escaped = Array.from(bytes, (byte) => `%${(byte & 255).toString(16).padStart(2, '0')}`).join('');
    try {
      return decodeURIComponent(escaped);
    } catch {
      return String.fromCharCode(...bytes);
    }
  };
  const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const toBase64 = (bytes) => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 3) {
      const group = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      text += DIGITS[group >> 18] + DIGITS[(group >> 12) & 63];
      text += i + 1 < bytes.length ? DIGITS[(group >> 6) & 63] : '=';
      text += i + 2 < bytes.length ? DIGITS[group & 63] : '=';
    }
    return text;
  };
  const fromBase64 = (text) => {
    const clean = String(text).replace(/-/g, '+').replace(/_/g, '/').replace(/[^A-Za-z0-9+/]/g, '');
    const bytes = [];
    let bits = 0;
    let held = 0;
    for (const c of clean) {
      held = ((held << 6) | DIGITS.indexOf(c)) & 0xffffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((held >> bits) & 255);
      }
    }
    return bytes;
  };
  const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const fromHex = (text) => {
    const bytes = [];
    for (let i = 0; i + 1 < text.length; i += 2) bytes.push(Number.parseInt(text.slice(i, i + 2), 16));
    return bytes;
  };
  const encoded = (bytes, encoding) => {
    switch (String(encoding ?? 'utf8').toLowerCase()) {
      case 'hex':
        return toHex(bytes);
      case 'base64':
        return toBase64(bytes);
      case 'base64url':
        return toBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
      case 'utf8':
      case 'utf-8':
        return textOf(bytes);
      default:
        throw new TypeError(`Unknown encoding: "${encoding}"`);
    }
  };
  const decoded = (text, encoding) => {
    switch (String(encoding ?? 'utf8').toLowerCase()) {
      case 'hex':
        return fromHex(text);
      case 'base64':
      case 'base64url':
        return fromBase64(text);
      case 'utf8':
      case 'utf-8':
        return bytesOf(text);
      default:
        throw new TypeError(`Unknown encoding: "${encoding}"`);
    }
  };
  class Bytes extends Uint8Array {
    static from(value, encoding) {
      if (typeof value === 'string') return Bytes.of(...decoded(value, encoding));
      return Bytes.of(...Array.from(value instanceof ArrayBuffer ? new Uint8Array(value) : value));
    }
    static alloc(size, fill) {
      const bytes = new Bytes(size);
      if (fill !== undefined) bytes.fill(typeof fill === 'string' ? fill.charCodeAt(0) : fill);
      return bytes;
    }
    static concat(list) {
      return Bytes.of(...list.flatMap((part) => Array.from(part)));
    }
    static isBuffer(value) {
      return value instanceof Bytes;
    }
    static byteLength(value, encoding) {
      return typeof value === 'string' ? decoded(value, encoding).length : value.byteLength;
    }
    static compare(a, b) {
      return a.compare(b);
    }
    compare(other) {
      const [a, b] = [toHex(this), toHex(other)];
      return a < b ? -1 : a > b ? 1 : 0;
    }
    equals(other) {
      return this.compare(other) === 0;
    }
    toString(encoding) {
      return encoded(this, encoding);
    }
    toJSON() {
      return { type: 'Buffer', data: Array.from(this) };
    }
  }

  // The modules that `require` knows.
  function digest(compute, algorithm) {
    if (!['md5', 'sha1', 'sha256'].includes(algorithm)) throw new TypeError(`not supported algorithm: "${algorithm}"`);
    const parts = [];
    return {
      update(data) {
        parts.push(...(typeof data === 'string' ? bytesOf(data) : data));
        return this;
      },
      digest(encoding) {
        const bytes = fromHex(compute(algorithm, toHex(parts)));
        if (encoding !== undefined) return encoded(bytes, encoding);
        return isModern ? Bytes.from(bytes) : String.fromCharCode(...bytes);
      },
    };
  }
  const crypto = {
    createHash: (algorithm) => digest(host.hash, algorithm),
    createHmac: (algorithm, key) => {
      const bytes = toHex(typeof key === 'string' ? bytesOf(key) : key);
      return digest((name, data) => host.hmac(name, bytes, data), algorithm);
    },
  };
  const unescaped = (text) => {
    try {
      return decodeURIComponent(text.replace(/\+/g, ' '));
    } catch {
      return text;
    }
  };
  const querystring = {
    escape: (text) => encodeURIComponent(text),
    unescape: unescaped,
    parse(text, separator = '&', equals = '=') {
      const found = Object.create(null);
      for (const part of String(text).split(separator)) {
        if (part === '') continue;
        const split = part.indexOf(equals);
        const name = unescaped(split < 0 ? part : part.slice(0, split));
        const value = split < 0 ? '' : unescaped(part.slice(split + equals.length));
        found[name] = name in found ? [].concat(found[name], value) : value;
      }
      return found;
    },
    stringify(object, separator = '&', equals = '=') {
      const pair = (name, value) => encodeURIComponent(name) + equals + encodeURIComponent(value);
      return Object.keys(object)
        .flatMap((name) => [].concat(object[name]).map((value) => pair(name, value)))
        .join(separator);
    },
  };
  querystring.decode = querystring.parse;
  querystring.encode = querystring.stringify;
  const modules = { crypto, querystring };
  if (isModern) {
    modules.buffer = { Buffer: Bytes };
    global.Buffer = Bytes;
    global.atob = (text) => String.fromCharCode(...fromBase64(text));
    global.btoa = (text) => toBase64(Array.from(String(text), (c) => c.charCodeAt(0)));
    global.TextEncoder = class TextEncoder {
      encode(text) {
        return new Uint8Array(bytesOf(text ?? ''));
      }
    };
    global.TextDecoder = class TextDecoder {
      decode(bytes) {
        return textOf(bytes ?? []);
      }
    };
  } else {
    const define = (name, value) => Object.defineProperty(String.prototype, name, { value, configurable: true, writable: true });
    define('toUTF8', function () {
      return String.fromCharCode(...bytesOf(this));
    });
    define('fromUTF8', function () {
      return textOf(Array.from(String(this), (c) => c.charCodeAt(0)));
    });
    define('toBytes', function () {
      return String(this);
    });
    define('fromBytes', function () {
      return String(this);
    });
    String.bytesFrom = (value, encoding) =>
      typeof value === 'string' ? textOf(decoded(value, encoding)) : String.fromCharCode(...value);
  }
  global.require = (name) => {
    const found = modules[name];
    if (found === undefined) throw new NativeError(`Cannot find module "${name}"`);
    return found;
  };

  // The module that changes origins and reads key-value stores.
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html
  const choose = (kind) => (first, second) => {
    origin = { kind, first: first ?? null, second: second ?? null, at: where() };
  };
  const store = {
    get: async (key) => unknown(`the value of \`${String(key)}\` in the key-value store`),
    exists: async (key) => unknown(`whether \`${String(key)}\` is in the key-value store`),
    meta: async () => unknown('what is in the key-value store'),
    count: async () => unknown('what is in the key-value store'),
  };
  const cloudfront = {
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
  };

  global.__cflint = {
    modules: isModern ? { ...modules, cloudfront } : modules,
    event(text, raw) {
      const event = parse(text);
      Object.defineProperty(event.request, 'rawQueryString', { value: () => raw, enumerable: false });
      return observed(event, '');
    },
    done(returned) {
      const kind = returned === null ? 'null' : typeof returned;
      return stringify({
        kind,
        value: kind === 'object' ? returned : null,
        origin,
        changes,
        assumed: Array.from(assumed),
        log,
      });
    },
  };
})
