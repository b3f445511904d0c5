"""One entry as it stood when it was logged: what came before it in the log says what its keys were."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from custody.audit.chains import Chains
from custody.audit.config import AuditorConfig, check_entry_0
from custody.audit.source import Source, read_checkpoint, read_tile
from custody.audit.verify import refuse_part
from custody.core import entry, statement
from custody.core.admission import EnrolledKey, State, admit
from custody.core.chain import Link
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.errors import BadHistory, BadProof, CustodyError, NewerFormat
from custody.core.merkle import Frontier, consistency_proof, leaf_hash, verify_consistency
from custody.core.statement import ROSTER_TYPE, Statement
from custody.core.tiles import ENTRIES, WIDTH, bundle_decode, node_reader


@dataclass(frozen=True)
class Shown:
    """An entry that is in the log under `checkpoint`; `state` is the roster, `link` the chain, up to and with it."""

    index: int
    received: int
    statement: Statement
    signers: dict[str, EnrolledKey | None]
    """By keyid: the key as the log knew it then; None if it did not."""
    link: Link
    effect: str | None
    """Why a roster statement has no effect; None if it has."""
    state: State
    checkpoint: Checkpoint


def look_up(
    source: Source, config: AuditorConfig, index: int, progress: Callable[[int, int], None] = lambda *_: None
) -> Shown:
    """Entry `index`. All entries up to it are held against the signed checkpoint; of them, only what says who its
    signers were is judged.

    Raises BadProof if the log has no such entry or is not what was signed, BadHistory if what came before it does not
    hold, NewerFormat, Unavailable for a part of a log, and what `open_checkpoint`, `check_entry_0` and the source
    raise.
    """
    refuse_part(source)
    checkpoint = open_checkpoint(read_checkpoint(source), config.verifier)
    if not 0 <= index < checkpoint.size:
        raise BadProof("the log has no such entry", expected=f"an index below {checkpoint.size}", got=index)
    n, position = divmod(index, WIDTH)
    envelope, received = entry.decode(_read(source, n, checkpoint.size)[position])
    found = statement.parse(envelope)
    with closing(_Past(checkpoint.origin, found.body.issuer)) as past:
        for before in range(n + 1):
            entries = _read(source, before, checkpoint.size)[: index + 1 - before * WIDTH]
            if before == 0:
                check_entry_0(entries[0], config.entry0)
            past.take(entries)
            progress(past.tree.size, index + 1)
        _check_against(checkpoint, past.tree, source)
        return Shown(
            index=index,
            received=received,
            statement=found,
            signers={key: past.state.keys.get(key) for key in found.signatures},
            link=past.link,
            effect=past.effect,
            state=past.state,
            checkpoint=checkpoint,
        )


class _Past:
    """What the entries so far say of the roster and of one issuer's chain; `link` and `effect` are the last one's."""

    def __init__(self, origin: str, issuer: str) -> None:
        self.state = State(origin)
        self.tree = Frontier()
        self.link = Link.OK
        self.effect: str | None = None
        self._issuer = issuer
        self._chains = Chains()

    def take(self, entries: list[bytes]) -> None:
        """The next entries. Raises BadHistory."""
        for index, data in enumerate(entries, self.tree.size):
            # Most entries are other devices' events; their bytes do not hold these words.
            telling = ROSTER_TYPE.encode() in data or self._issuer.encode() in data
            found = self._judge(index, data) if telling else None
            self._chains.record([(bytes.fromhex(found.id), _bytes(found.body.prev)) if found else None])
            if found and found.body.issuer == self._issuer:
                body = found.body
                self.link = self._chains.add(index, body.issuer, body.seq, bytes.fromhex(found.id), _bytes(body.prev))
        self.tree.extend(map(leaf_hash, entries))

    def close(self) -> None:
        self._chains.close()

    def _judge(self, index: int, data: bytes) -> Statement | None:
        try:
            found = statement.parse(entry.decode(data)[0])
            self.effect = admit(self.state, found, index).effect
        except NewerFormat:
            return None
        except CustodyError as error:
            raise BadHistory(f"entry {index} does not hold", got=error, remedy="Run: custody audit verify") from None
        return found


def _read(source: Source, n: int, size: int) -> list[bytes]:
    width = min(WIDTH, size - n * WIDTH)
    return bundle_decode(read_tile(source, ENTRIES, n, width), width)


def _check_against(checkpoint: Checkpoint, tree: Frontier, source: Source) -> None:
    """Raises BadProof unless the signed tree begins with these entries."""
    node = node_reader(checkpoint.size, partial(read_tile, source))
    try:
        proof = consistency_proof(tree.size, checkpoint.size, node)
        verify_consistency(tree.size, tree.root(), checkpoint.size, checkpoint.root, proof)
    except BadProof as error:
        raise BadProof(
            "the entries and tiles are not those that the log's key signed",
            expected=error.expected,
            got=error.got,
            remedy="Run: custody audit verify",
        ) from None


def _bytes(statement_id: str | None) -> bytes | None:
    return bytes.fromhex(statement_id) if statement_id else None
