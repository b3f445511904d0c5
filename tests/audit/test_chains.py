"""Chains in eight bytes a statement say what the rule over all statements says."""

from contextlib import closing
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.audit.chains import Chains
from custody.core import chain
from custody.core.chain import Link
from custody.core.errors import BadHistory

ISSUER = "issuer"


def an_id(*parts: object) -> bytes:
    return sha256(repr(parts).encode()).digest()


class Plain:
    """The same by the definition: every statement kept, looked up one by one."""

    def __init__(self) -> None:
        self.logged: list[tuple[int, str, str | None]] = []

    def add(self, seq: int, own: bytes, prev: bytes | None) -> Link:
        one, before = own.hex(), prev.hex() if prev else None
        link = chain.link(
            one,
            before,
            same=[other for at, other, _ in self.logged if at == seq],
            before=[other for at, other, _ in self.logged if at == seq - 1],
            after_prevs=[prev for at, _, prev in self.logged if at == seq + 1],
        )
        self.logged.append((seq, one, before))
        return link

    def missing(self) -> set[int]:
        seqs = {seq for seq, _, _ in self.logged}
        return set(range(1, max(seqs, default=0))) - seqs


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 1), st.integers(0, 1)), unique=True, max_size=20))
def test_links_and_gaps_are_those_of_the_definition_in_any_order(arrivals: list[tuple[int, int, int]]) -> None:
    """(seq, which of two statements there, which of the two before it names)."""
    plain = Plain()
    with closing(Chains()) as chains:
        for index, (seq, which, before) in enumerate(arrivals):
            own, prev = an_id(seq, which, before), an_id(seq - 1, before, 0) if seq > 1 else None
            chains.record([(own, prev)])
            if own.hex() in {other for _, other, _ in plain.logged}:
                continue
            assert chains.add(index, ISSUER, seq, own, prev) is plain.add(seq, own, prev)

        missing = {seq for gap in chains.gaps() for seq in range(gap.first, gap.last + 1)}
        assert missing == plain.missing()


@pytest.mark.parametrize("order", [(1, 2, 3, 1), (1, 2, 3, 3), (3, 1, 3), (2, 3, 1, 3)])
def test_a_statement_is_found_again_wherever_it_stands(order: tuple[int, ...]) -> None:
    with closing(Chains()) as chains:
        for index, seq in enumerate(order):
            own, prev = an_id(seq), an_id(seq - 1) if seq > 1 else None
            chains.record([(own, prev)])
            if index < len(order) - 1:
                chains.add(index, ISSUER, seq, own, prev)
            else:
                with pytest.raises(BadHistory, match="twice") as caught:
                    chains.add(index, ISSUER, seq, own, prev)
        assert caught.value.expected == f"once, as entry {order.index(order[-1])}"


def test_issuers_do_not_share_a_chain() -> None:
    with closing(Chains()) as chains:
        for index, issuer in enumerate(("a", "b")):
            chains.record([(an_id(issuer), None)])
            assert chains.add(index, issuer, 1, an_id(issuer), None) is Link.OK
        assert len(chains) == 2
