// What an entry holds: a statement in its DSSE envelope (FORMAT.md, "Statement").
import { Fault, concat, fromBase64, fromCanonical, sha256, toHex, toUtf8 } from "./bytes.js";

const TYPES = { event: "application/vnd.custody.event+json", roster: "application/vnd.custody.roster+json" };

// The bytes that the signatures of a statement cover.
function preAuthEncoding(type, payload) {
  return concat(toUtf8(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload);
}

// {id, message, body, signatures}: what its signatures cover, who must have signed, nothing verified.
export async function openEntry(entry, kind) {
  const { payload, payloadType, signatures } = fromCanonical(entry).envelope ?? {};
  if (payloadType !== TYPES[kind]) throw new Fault("malformed", TYPES[kind], payloadType);
  const bytes = fromBase64(payload);
  const body = fromCanonical(bytes);
  const signed = signatures.map(({ keyid }) => keyid).join(" ");
  if (signed !== body.signers.join(" ")) throw new Fault("signers-differ", body.signers.join(" "), signed);
  const message = preAuthEncoding(payloadType, bytes);
  return {
    id: toHex(await sha256(message)),
    message,
    body,
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, signature: fromBase64(sig) })),
  };
}

// The public keys that a roster statement brings into the log, by keyid.
export async function keysOf(body) {
  const given = body.kind === "root" ? body.keys : body.proof ? [body.key] : [];
  const keys = given.map(fromBase64);
  const ids = await Promise.all(keys.map((key) => sha256(key)));
  return new Map(ids.map((id, at) => [toHex(id), keys[at]]));
}
