// Ed25519 by WebCrypto, as strict as the ledger is (FORMAT.md, "Keys").
import { fromHex, toHex } from "./bytes.js";

const P_ENDS = "ff".repeat(30) + "7f";
// y of the points whose order divides 8, little-endian, the sign bit apart.
const SMALL_ORDER = new Set([
  "00".repeat(32),
  "01" + "00".repeat(31),
  "ec" + P_ENDS,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);
// RFC 8032, 7.1, test 1: the empty message.
const KNOWN = {
  key: fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
  signature: fromHex(
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ),
};

// A point with y < p that is not of small order: libraries differ on all others.
export function isUsable(point) {
  if (point.length !== 32) return false;
  const y = toHex([...point.slice(0, 31), point[31] & 127]);
  const isBelowP = !y.endsWith(P_ENDS) || parseInt(y.slice(0, 2), 16) < 0xed;
  return isBelowP && !SMALL_ORDER.has(y);
}

export async function verifies(key, message, signature) {
  if (signature.length !== 64 || !isUsable(key) || !isUsable(signature.slice(0, 32))) return false;
  try {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, signature, message);
  } catch (error) {
    // "DataError": the bytes are no point on the curve.
    if (error.name === "DataError") return false;
    throw error;
  }
}

// Why this browser cannot check signatures: `insecure`, `no-ed25519`; null if it can. It is asked to, not just looked at.
export async function whyNot() {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) return "insecure";
  try {
    const good = await verifies(KNOWN.key, new Uint8Array(), KNOWN.signature);
    const bad = await verifies(KNOWN.key, Uint8Array.of(0), KNOWN.signature);
    return good && !bad ? null : "no-ed25519";
  } catch {
    return "no-ed25519";
  }
}
