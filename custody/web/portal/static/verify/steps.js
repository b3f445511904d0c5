// What is checked of an event, one step after the other. Each step returns what it compared: {word, value, entry}.
import { Fault, equal, sha256, toHex } from "./bytes.js";
import { verifies } from "./ed25519.js";
import { Log } from "./log.js";
import { parseVkey } from "./note.js";
import { openEntry } from "./statement.js";

const MOST_ENROLMENTS = 64;
const VOUCHING = { root: "root-key", authority: "authority" };

// `event`: {index, id, item, size, prefix}, as the page tells it. `keys`: {vkey, entry0} as the page tells them, and what
// the visitor has of these from elsewhere, as `given`.
export const STEPS = [
  ["key", checkKey],
  ["checkpoint", checkCheckpoint],
  ["last", checkLast],
  ["entry", checkEntry],
  ["inclusion", checkInclusion],
  ["item", checkItem],
  ["signatures", checkSignatures],
  ["trust", checkTrust],
];

async function checkKey(check) {
  const { keys, event } = check;
  if (keys.given.unread) throw new Fault("vkey-malformed", keys.vkey, keys.given.unread);
  for (const name of ["vkey", "entry0"]) {
    const given = keys.given[name];
    if (given && given !== keys[name]) throw new Fault("key-differs", given, keys[name]);
  }
  const vkey = await parseVkey(keys.vkey);
  check.log = new Log(vkey, event.prefix);
  return [{ word: "vkey", value: vkey.text }, { word: "fingerprint", value: vkey.keyid.slice(0, 32).match(/.{4}/g).join(" ") }];
}

async function checkCheckpoint({ log, event }) {
  const { size, root } = await log.begin(event.size);
  return [{ word: "size", value: size }, { word: "root", value: toHex(root) }];
}

async function checkLast({ log }) {
  const last = await log.goOnFromLast();
  return last && [{ word: "last-size", value: last.size }, { word: "last-root", value: toHex(last.root) }];
}

async function checkEntry(check) {
  const { log, event } = check;
  check.receipt = await log.receipt(event.index);
  check.statement = await openEntry(check.receipt.entry, "event");
  const { id } = check.statement;
  if (id !== event.id) throw new Fault("other-statement", event.id, id);
  return [{ word: "bytes", value: check.receipt.entry.length }, { word: "statement", value: id }];
}

async function checkInclusion({ log, receipt }) {
  const { leaf, root, size } = await log.prove(receipt);
  return [
    { word: "leaf", value: toHex(leaf) },
    { word: "siblings", value: receipt.proof.length },
    { word: "size", value: size },
    { word: "root", value: toHex(root) },
  ];
}

async function checkItem({ log, event, statement }) {
  const { items, container, log: origin } = statement.body;
  if (origin !== log.vkey.name) throw new Fault("wrong-log", log.vkey.name, origin);
  if (![...items, container].includes(event.item)) throw new Fault("other-item", event.item, items.join(" "));
  return [{ word: "origin", value: origin }, { word: "item", value: event.item }];
}

async function checkSignatures(check) {
  const { log, statement } = check;
  check.enrolments = await Promise.all(statement.signatures.map(({ keyid }) => log.enrolment(keyid)));
  await checkEach(statement, check.enrolments);
  return check.enrolments.map(({ index, statement: { body } }, at) => ({
    word: body.kind === "handler" ? body.role : body.kind,
    value: statement.signatures[at].keyid,
    entry: index,
  }));
}

// From each signer's key upward: who let it in, and who let those in, until entry 0 has been reached on every way.
async function checkTrust({ log, keys, enrolments }) {
  const met = new Map(enrolments.map((one) => [one.index, one]));
  const compared = [];
  for (const [index, { entry, statement }] of met) {
    if (index === 0) {
      const hash = toHex(await sha256(entry));
      if (hash !== keys.entry0) throw new Fault("other-entry-0", keys.entry0, hash);
      continue;
    }
    const above = await Promise.all(statement.signatures.map(({ keyid }) => log.enrolment(keyid)));
    await checkEach(statement, above);
    checkMayEnrol(index, above);
    above.forEach((one) => met.has(one.index) || met.set(one.index, one));
    if (met.size > MOST_ENROLMENTS) throw new Fault("no-root", `≤ ${MOST_ENROLMENTS}`, met.size);
  }
  if (!met.has(0)) throw new Fault("no-root", 0, [...met.keys()].join(" "));
  for (const [index, { statement: { body } }] of met) {
    if (body.kind in VOUCHING) compared.push({ word: VOUCHING[body.kind], value: body.site ?? "", entry: index });
  }
  return [...compared, { word: "entry0", value: keys.entry0 }];
}

// An authority signs alone; of root keys so many as their own statement asks for. Each was there before.
function checkMayEnrol(index, above) {
  const before = above.filter((one) => one.index < index);
  const roots = before.filter(({ statement: { body } }) => body.kind === "root");
  const isVouched = roots.length
    ? roots.some(({ index: at, statement: { body } }) => roots.filter((one) => one.index === at).length >= body.threshold)
    : before.some(({ statement: { body } }) => body.kind === "authority");
  if (!isVouched) throw new Fault("not-vouched", Object.keys(VOUCHING).join(", "), above.map((one) => one.statement.body.kind).join(", "));
}

async function checkEach({ message, signatures }, enrolments) {
  for (const [at, { keyid, signature }] of signatures.entries()) {
    if (!(await verifies(enrolments[at].key, message, signature))) throw new Fault("bad-signature", keyid, toHex(signature));
  }
}
