// Signed notes, checkpoints and receipts (c2sp.org/signed-note, tlog-checkpoint, tlog-proof; FORMAT.md).
import { Fault, concat, equal, fromBase64, fromHex, fromUtf8, sha256, toHex, toNumber, toUtf8 } from "./bytes.js";
import { isUsable, verifies } from "./ed25519.js";

const ED25519 = 1;
const HASH = 32;
const MARK = "— ";

// A vkey, `<name>+<key id>+<base64 of 01 and the key>`: {text, name, keyId, key, keyid}, the last the SHA-256 of the key.
export async function parseVkey(text) {
  const [, name, keyId, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  if (!name) throw new Fault("vkey-malformed", "<origin>+<8 hex>+<base64>", text);
  const typed = fromBase64(encoded);
  const key = typed.slice(1);
  if (typed[0] !== ED25519 || !isUsable(key)) throw new Fault("vkey-malformed", "Ed25519", encoded);
  const id = toHex((await sha256(toUtf8(`${name}\n`), typed)).slice(0, 4));
  if (id !== keyId) throw new Fault("vkey-malformed", id, keyId);
  return { text, name, keyId, key, keyid: toHex(await sha256(key)) };
}

// The checkpoint in a note that the log's key signed: {size, root, note}.
export async function openCheckpoint(note, vkey) {
  const cut = note.lastIndexOf("\n\n");
  if (cut < 0 || !note.endsWith("\n")) throw new Fault("malformed", "signed note", note.slice(0, 80));
  const text = note.slice(0, cut + 1);
  const signatures = note.slice(cut + 2, -1).split("\n").map(parseSignature);
  const mine = signatures.filter(({ name, keyId }) => name === vkey.name && keyId === vkey.keyId);
  if (!mine.length) {
    throw new Fault("other-key", `${vkey.name}+${vkey.keyId}`, signatures.map((one) => `${one.name}+${one.keyId}`));
  }
  for (const { signature } of mine) {
    if (!(await verifies(vkey.key, toUtf8(text), signature))) throw new Fault("bad-signature", "", toHex(signature));
  }
  return { ...parseCheckpoint(text, vkey.name), note };
}

function parseSignature(line) {
  const [, name, encoded] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? [];
  if (!name) throw new Fault("malformed", `${MARK}<name> <base64>`, line);
  const bytes = fromBase64(encoded);
  return { name, keyId: toHex(bytes.slice(0, 4)), signature: bytes.slice(4) };
}

function parseCheckpoint(text, wanted) {
  const [origin, size, root, end, ...more] = text.split("\n");
  if (end !== "" || more.length) throw new Fault("malformed", "origin, size, root", text);
  if (origin !== wanted) throw new Fault("wrong-log", wanted, origin);
  return { size: toNumber(size), root: fromHash(root) };
}

// A receipt, nothing verified: {entry, index, proof, note}.
export function parseReceipt(bytes) {
  const text = fromUtf8(bytes);
  const cut = text.indexOf("\n\n");
  const [header, extra, index, ...hashes] = text.slice(0, Math.max(cut, 0)).split("\n");
  const [, encoded] = /^extra (\S+)$/.exec(extra ?? "") ?? [];
  const [, number] = /^index (\S+)$/.exec(index ?? "") ?? [];
  if (header !== "c2sp.org/tlog-proof@v1" || !encoded || !number) {
    throw new Fault("malformed", "c2sp.org/tlog-proof@v1", text.slice(0, 80));
  }
  return {
    entry: fromBase64(encoded),
    index: toNumber(number),
    proof: hashes.map(fromHash),
    note: text.slice(cut + 2),
  };
}

export function fromHash(text) {
  const hash = fromBase64(text);
  if (hash.length !== HASH) throw new Fault("malformed", `${HASH} bytes`, hash.length);
  return hash;
}
