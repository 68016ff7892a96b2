// The part of the library of a runtime that is no part of the language: bytes and text, `Buffer`, `crypto` and
// `querystring`. Evaluates to a function that makes the modules which `require` knows.
(function (host, isModern, unknown) {
  'use strict';
  const global = globalThis;
  const { get } = Reflect;

  // What a runtime may have in addition is not known, rather than missing.
  function open(object, name) {
    return new Proxy(object, {
      get(target, key, receiver) {
        // `then` is what `await` asks every object for.
        const isListed = typeof key !== 'string' || key in target || key === 'then' || key === 'toJSON';
        return isListed ? get(target, key, receiver) : unknown(`\`${name}.${key}\`, which is not documented`);
      },
    });
  }

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
  // A character for each byte.
  const latin = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const textOf = (bytes) => {
    const escaped = Array.from(bytes, (byte) => `%${(byte & 255).toString(16).padStart(2, '0')}`).join('');
    try {
      return decodeURIComponent(escaped);
    } catch {
      return latin(bytes);
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
      if (typeof value === 'string') return new Bytes(decoded(value, encoding));
      return new Bytes(Array.from(value instanceof ArrayBuffer ? new Uint8Array(value) : value));
    }
    static alloc(size, fill) {
      const bytes = new Bytes(size);
      if (fill !== undefined) bytes.fill(typeof fill === 'string' ? fill.charCodeAt(0) : fill);
      return bytes;
    }
    static concat(list) {
      return new Bytes(list.flatMap((part) => Array.from(part)));
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
        for (const byte of typeof data === 'string' ? bytesOf(data) : data) parts.push(byte);
        return this;
      },
      digest(encoding) {
        const bytes = fromHex(compute(algorithm, toHex(parts)));
        if (encoding !== undefined) return encoded(bytes, encoding);
        return isModern ? Bytes.from(bytes) : latin(bytes);
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
  const modules = { crypto: open(crypto, 'crypto'), querystring };
  if (isModern) {
    Object.setPrototypeOf(Bytes.prototype, open(Uint8Array.prototype, 'Buffer.prototype'));
    Object.setPrototypeOf(Bytes, open(Uint8Array, 'Buffer'));
    modules.buffer = { Buffer: Bytes };
    global.Buffer = Bytes;
    global.atob = (text) => latin(fromBase64(text));
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
    // What only the newer runtime has, according to its documentation, and the engine as well.
    delete String.prototype.replaceAll;
    for (const name of ['all', 'allSettled', 'any', 'race']) delete Promise[name];
    for (const name of ['atob', 'btoa', 'DataView']) delete global[name];
    const define = (name, value) => Object.defineProperty(String.prototype, name, { value, configurable: true, writable: true });
    define('toUTF8', function () {
      return latin(bytesOf(this));
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
      typeof value === 'string' ? textOf(decoded(value, encoding)) : latin(value);
  }
  return { modules, open };
})
