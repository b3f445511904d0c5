// Bytes, their one spelling, and how a check says that something is not as it must be (custody/core/FORMAT.md).

// `kind` names the sentence that the page says; `expected` and `got` are shown beside each other.
export class Fault extends Error {
  constructor(kind, expected = "", got = "") {
    super(kind);
    Object.assign(this, { kind, expected: String(expected), got: String(got) });
  }
}

export const toUtf8 = (text) => new TextEncoder().encode(text);

export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Fault("malformed", "UTF-8");
  }
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

export function fromBase64(text) {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new Fault("malformed", "base64", text);
  }
  if (toBase64(bytes) !== text) throw new Fault("malformed", toBase64(bytes), text);
  return bytes;
}

export const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));

// An index or a size. What a browser cannot count exactly is no log that it can check.
export function toNumber(text) {
  const number = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(number)) throw new Fault("malformed", "0 … 2^53 − 1", text);
  return number;
}

// The value of canonical JSON. Encoded again it must be the same bytes, so that nobody reads it otherwise.
export function fromCanonical(bytes) {
  const text = fromUtf8(bytes);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Fault("malformed", "JSON", text.slice(0, 80));
  }
  if (JSON.stringify(sorted(value)) !== text) throw new Fault("malformed", "canonical JSON", text.slice(0, 80));
  return value;
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
