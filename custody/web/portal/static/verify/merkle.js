// The Merkle tree of RFC 9162, section 2.1.
import { Fault, concat, sha256 } from "./bytes.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const half = (number) => Math.floor(number / 2);

export const leafHash = (entry) => sha256(LEAF, entry);

const nodeHash = (left, right) => sha256(NODE, concat(left, right));

// The root to which a proof leads from leaf `index` of a tree of `size` (2.1.3.2).
export async function rootFromInclusion(leaf, index, size, proof) {
  if (!(index < size)) throw new Fault("not-in-tree", `< ${size}`, index);
  let root = leaf;
  for (const [onLeft, sibling] of climb(index, size - 1, proof)) {
    root = await (onLeft ? nodeHash(sibling, root) : nodeHash(root, sibling));
  }
  return root;
}

// The roots of the first `old` leaves and of all `size`, to which a consistency proof leads (2.1.4.2); 0 < old < size.
export async function rootsFromConsistency(old, oldRoot, size, proof) {
  let position = old - 1;
  let last = size - 1;
  while (position % 2) [position, last] = [half(position), half(last)];
  // Of a size that is a power of two the proof leaves out the old root itself.
  const [first, ...path] = position === 0 ? [oldRoot, ...proof] : proof;
  if (!first) throw new Fault("proof-length", "≥ 1", 0);
  let oldFound = first;
  let newFound = first;
  for (const [onLeft, sibling] of climb(position, last, path)) {
    if (onLeft) oldFound = await nodeHash(sibling, oldFound);
    newFound = await (onLeft ? nodeHash(sibling, newFound) : nodeHash(newFound, sibling));
  }
  return [oldFound, newFound];
}

// Whether the sibling stands on the left, and the sibling, from node number `position` of a level up to the root.
function* climb(position, last, path) {
  for (const sibling of path) {
    if (last === 0) throw new Fault("proof-length", "", path.length);
    const onLeft = position % 2 === 1 || position === last;
    yield [onLeft, sibling];
    // On the right edge, a level where the node has no right sibling adds no hash.
    if (onLeft) while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    [position, last] = [half(position), half(last)];
  }
  if (last) throw new Fault("proof-length", "", path.length);
}
