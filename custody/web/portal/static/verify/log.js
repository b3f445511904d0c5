// The log as the server tells it: nothing is believed before it is proved under a checkpoint that the log's key signed.
import { Fault, equal, fromUtf8, toHex } from "./bytes.js";
import { leafHash, rootFromInclusion, rootsFromConsistency } from "./merkle.js";
import { fromHash, openCheckpoint, parseReceipt } from "./note.js";
import { keysOf, openEntry } from "./statement.js";

const API = "/api/v1";
const STATE = "custody-checkpoint ";

export class Log {
  // `prefix`: the path of the log's origin, below which its checkpoint lies.
  constructor(vkey, prefix) {
    Object.assign(this, { vkey, prefix, held: new Map(), enrolments: new Map() });
  }

  // The published checkpoint. It must reach as far as the page that is checked.
  async begin(least) {
    this.first = await openCheckpoint(fromUtf8(await ask(`${this.prefix}/checkpoint`)), this.vkey);
    if (this.first.size < least) throw new Fault("older", `≥ ${least}`, this.first.size);
    return this.first;
  }

  // The checkpoint that this browser proved last, of which the present one must be the continuation; null: none is known.
  async goOnFromLast() {
    const note = recall(this.vkey);
    const last = note && (await openCheckpoint(note, this.vkey).catch(() => null));
    if (last) await this.#checkExtends(last, this.first);
    remember(this.vkey, this.first.note);
    return last;
  }

  // The receipt of an entry, as it came.
  async receipt(index) {
    const receipt = parseReceipt(await ask(`${API}/log/proof/${index}`));
    if (receipt.index !== index) throw new Fault("other-entry", index, receipt.index);
    return receipt;
  }

  // The root to which a receipt's proof leads: that of its checkpoint, which goes on from the first.
  async prove({ entry, index, proof, note }) {
    if (!this.held.has(note)) this.held.set(note, this.#hold(note));
    const checkpoint = await this.held.get(note);
    const leaf = await leafHash(entry);
    const root = await rootFromInclusion(leaf, index, checkpoint.size, proof);
    if (!equal(root, checkpoint.root)) throw new Fault("other-root", toHex(checkpoint.root), toHex(root));
    return { leaf, root, size: checkpoint.size };
  }

  // The statement by which a key came into the log, proved like any entry: {index, entry, key, statement}.
  enrolment(keyid) {
    if (!this.enrolments.has(keyid)) this.enrolments.set(keyid, this.#enrolment(keyid));
    return this.enrolments.get(keyid);
  }

  async #enrolment(keyid) {
    const { index } = parse(await ask(`${API}/devices/${keyid}`));
    const receipt = await this.receipt(index);
    await this.prove(receipt);
    const statement = await openEntry(receipt.entry, "roster");
    const keys = await keysOf(statement.body);
    if (!keys.has(keyid)) throw new Fault("other-signer", keyid, [...keys.keys()].join(" "));
    return { index, entry: receipt.entry, key: keys.get(keyid), statement };
  }

  async #hold(note) {
    const checkpoint = await openCheckpoint(note, this.vkey);
    await this.#checkExtends(this.first, checkpoint);
    return checkpoint;
  }

  async #checkExtends(old, { size, root }) {
    if (size < old.size) throw new Fault("older", `≥ ${old.size}`, size);
    if (old.size === 0) return;
    let found = [old.root, old.root];
    if (size > old.size) {
      const { proof } = parse(await ask(`${API}/log/consistency?from=${old.size}&to=${size}`));
      found = await rootsFromConsistency(old.size, old.root, size, proof.map(fromHash));
    }
    for (const [must, is] of [[old.root, found[0]], [root, found[1]]]) {
      if (!equal(must, is)) throw new Fault("two-histories", toHex(must), toHex(is));
    }
  }
}

async function ask(path) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", redirect: "error" });
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  } catch {
    throw new Fault("no-answer", "200", path);
  }
  throw new Fault(answer.status === 404 ? "not-there" : "no-answer", "200", `${answer.status} ${path}`);
}

const parse = (bytes) => JSON.parse(fromUtf8(bytes));

// A browser may forbid all storage; then each visit is the first.
function recall({ text }) {
  try {
    return localStorage.getItem(STATE + text);
  } catch {
    return null;
  }
}

function remember({ text }, note) {
  try {
    localStorage.setItem(STATE + text, note);
  } catch {
    /* see above */
  }
}
